import * as t from './tokens.ts';
import { RecoveringParser, type ParserOptions } from './recoveringParser.ts';

/**
 * The grammar, and nothing else: it produces a concrete syntax tree, `buildTree` makes the syntax tree of it.
 * Rules are ordered from the file down to the atoms; `docs/language.md` shows them drawn.
 */
export class EftParser extends RecoveringParser {
  constructor(options: ParserOptions = {}) {
    super(options);
    this.performSelfAnalysis();
  }

  readonly program = this.RULE('program', () => {
    this.OPTION(() => this.SUBRULE(this.versionDeclaration));
    this.MANY(() => this.SUBRULE(this.item));
  });

  readonly versionDeclaration = this.RULE('versionDeclaration', () => {
    this.CONSUME(t.Eft);
    this.CONSUME(t.NumberLiteral);
  });

  readonly item = this.RULE('item', () => {
    this.stopAfterTooManyErrors();
    this.OR([
      { ALT: () => this.SUBRULE(this.importDeclaration) },
      { ALT: () => this.SUBRULE(this.activationDefinition) },
      { ALT: () => this.SUBRULE(this.architectureBlock) },
      { ALT: () => this.SUBRULE(this.priorBlock) },
      { ALT: () => this.SUBRULE(this.observableBlock) },
      { ALT: () => this.SUBRULE(this.expansionDeclaration) },
      { ALT: () => this.SUBRULE(this.studyBlock) },
    ]);
  });

  readonly importDeclaration = this.RULE('importDeclaration', () => {
    this.CONSUME(t.Import);
    this.OPTION(() => this.CONSUME(t.Standard));
    this.CONSUME(t.StringLiteral);
  });

  readonly activationDefinition = this.RULE('activationDefinition', () => {
    this.CONSUME(t.Activation);
    this.CONSUME(t.Name);
    this.CONSUME(t.LeftParenthesis);
    this.CONSUME2(t.Name);
    this.CONSUME(t.RightParenthesis);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
  });

  readonly expansionDeclaration = this.RULE('expansionDeclaration', () => {
    this.CONSUME(t.Expand);
    this.CONSUME(t.In);
    this.CONSUME(t.NumberLiteral);
    this.CONSUME(t.Divide);
    this.CONSUME(t.Name);
    this.CONSUME(t.To);
    this.CONSUME(t.Order);
    this.CONSUME2(t.NumberLiteral);
  });

  readonly architectureBlock = this.RULE('architectureBlock', () => {
    this.CONSUME(t.Architecture);
    this.OPTION(() => this.CONSUME(t.Name));
    this.CONSUME(t.LeftBrace);
    this.MANY(() => this.SUBRULE(this.architectureMember));
    this.CONSUME(t.RightBrace);
  });

  readonly architectureMember = this.RULE('architectureMember', () => {
    this.stopAfterTooManyErrors();
    this.OR([
      { ALT: () => this.SUBRULE(this.inputDeclaration) },
      { ALT: () => this.SUBRULE(this.widthDeclaration) },
      { ALT: () => this.SUBRULE(this.depthDeclaration) },
      { ALT: () => this.SUBRULE(this.activationDeclaration) },
      { ALT: () => this.SUBRULE(this.layerDeclaration) },
    ]);
  });

  readonly inputDeclaration = this.RULE('inputDeclaration', () => {
    this.CONSUME(t.Input);
    this.CONSUME(t.Name);
    this.CONSUME(t.LeftBracket);
    this.CONSUME2(t.Name);
    this.CONSUME(t.RightBracket);
    this.OPTION(() => this.CONSUME(t.Large));
  });

  readonly widthDeclaration = this.RULE('widthDeclaration', () => {
    this.CONSUME(t.Width);
    this.CONSUME(t.Name);
    this.OPTION(() => this.SUBRULE(this.layerIndex));
  });

  readonly depthDeclaration = this.RULE('depthDeclaration', () => {
    this.CONSUME(t.Depth);
    this.CONSUME(t.Name);
  });

  readonly activationDeclaration = this.RULE('activationDeclaration', () => {
    this.CONSUME(t.Activation);
    this.CONSUME(t.Name);
    this.OPTION(() => this.SUBRULE(this.layerIndex));
  });

  readonly layerIndex = this.RULE('layerIndex', () => {
    this.CONSUME(t.LeftBracket);
    this.CONSUME(t.Name);
    this.CONSUME(t.RightBracket);
  });

  readonly layerDeclaration = this.RULE('layerDeclaration', () => {
    this.CONSUME(t.Layer);
    this.SUBRULE(this.layerPosition);
    this.CONSUME(t.Colon);
    this.AT_LEAST_ONE_SEP({ SEP: t.Semicolon, DEF: () => this.SUBRULE(this.equation) });
  });

  readonly layerPosition = this.RULE('layerPosition', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.NumberLiteral) },
      {
        ALT: () => {
          this.CONSUME(t.Name);
          this.OPTION(() => {
            this.CONSUME(t.Plus);
            this.CONSUME2(t.NumberLiteral);
          });
        },
      },
    ]);
  });

  readonly equation = this.RULE('equation', () => {
    this.stopAfterTooManyErrors();
    this.SUBRULE(this.definedField);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
  });

  readonly priorBlock = this.RULE('priorBlock', () => {
    this.CONSUME(t.Prior);
    this.CONSUME(t.LeftBrace);
    this.MANY(() => {
      this.OR([
        { ALT: () => this.SUBRULE(this.priorStatement) },
        { ALT: () => this.SUBRULE(this.learningRates) },
      ]);
      this.OPTION(() => this.CONSUME(t.Comma));
    });
    this.CONSUME(t.RightBrace);
  });

  readonly priorStatement = this.RULE('priorStatement', () => {
    this.stopAfterTooManyErrors();
    this.CONSUME(t.Head);
    this.CONSUME(t.Tilde);
    this.CONSUME(t.Name);
    this.CONSUME(t.LeftParenthesis);
    this.MANY_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.argument) });
    this.CONSUME(t.RightParenthesis);
  });

  readonly learningRates = this.RULE('learningRates', () => {
    this.stopAfterTooManyErrors();
    this.CONSUME(t.LearningRate);
    this.SUBRULE(this.learningRate);
    this.MANY({
      // The comma may also stand between this statement and the next.
      GATE: () => this.LA(3).tokenType === t.Equals,
      DEF: () => {
        this.CONSUME(t.Comma);
        this.SUBRULE2(this.learningRate);
      },
    });
  });

  readonly learningRate = this.RULE('learningRate', () => {
    this.CONSUME(t.Head);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
  });

  readonly argument = this.RULE('argument', () => {
    this.stopAfterTooManyErrors();
    this.OPTION(() => {
      this.CONSUME(t.Head);
      this.CONSUME(t.Equals);
    });
    this.SUBRULE(this.expression);
  });

  readonly observableBlock = this.RULE('observableBlock', () => {
    this.CONSUME(t.Observable);
    this.CONSUME(t.LeftBrace);
    this.MANY(() => this.SUBRULE(this.observableDefinition));
    this.CONSUME(t.RightBrace);
  });

  readonly observableDefinition = this.RULE('observableDefinition', () => {
    this.stopAfterTooManyErrors();
    this.SUBRULE(this.definedField);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
    this.OPTION(() => this.SUBRULE(this.whereClause));
  });

  readonly whereClause = this.RULE('whereClause', () => {
    this.CONSUME(t.Where);
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.constraint) });
  });

  readonly constraint = this.RULE('constraint', () => {
    this.stopAfterTooManyErrors();
    this.CONSUME(t.Name);
    this.CONSUME(t.NotEqual);
    this.CONSUME2(t.Name);
  });

  readonly studyBlock = this.RULE('studyBlock', () => {
    this.CONSUME(t.Study);
    this.CONSUME(t.StringLiteral);
    this.CONSUME(t.LeftBrace);
    this.MANY(() => {
      this.SUBRULE(this.studyStatement);
      this.OPTION(() => this.CONSUME(t.Comma));
    });
    this.CONSUME(t.RightBrace);
  });

  readonly studyStatement = this.RULE('studyStatement', () => {
    this.stopAfterTooManyErrors();
    this.OR([
      { ALT: () => this.SUBRULE(this.assignment) },
      { ALT: () => this.SUBRULE(this.checkStatement) },
      { ALT: () => this.SUBRULE(this.flowStatement) },
      { ALT: () => this.SUBRULE(this.expectStatement) },
      { ALT: () => this.SUBRULE(this.findStatement) },
      { ALT: () => this.SUBRULE(this.phaseStatement) },
    ]);
  });

  readonly assignment = this.RULE('assignment', () => {
    this.CONSUME(t.Head);
    this.OPTION(() => this.SUBRULE(this.layerIndex));
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
  });

  readonly checkStatement = this.RULE('checkStatement', () => {
    this.CONSUME(t.Check);
    this.SUBRULE(this.observableNames);
    this.CONSUME(t.At);
    this.CONSUME(t.Head);
    this.CONSUME(t.Equals);
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.CONSUME(t.NumberLiteral) });
    this.SUBRULE(this.ensemble);
  });

  readonly ensemble = this.RULE('ensemble', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.With);
          this.CONSUME(t.NumberLiteral);
          this.CONSUME(t.Networks);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Within);
          this.CONSUME3(t.NumberLiteral);
          this.CONSUME(t.Percent);
        },
      },
    ]);
    this.OPTION(() => {
      this.CONSUME(t.Comma);
      this.CONSUME(t.Seed);
      this.CONSUME2(t.NumberLiteral);
    });
  });

  readonly flowStatement = this.RULE('flowStatement', () => {
    this.CONSUME(t.Flow);
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.expression) });
    this.OPTION(() => this.SUBRULE(this.depthRange));
    this.OPTION2(() => this.SUBRULE(this.atWidth));
  });

  readonly depthRange = this.RULE('depthRange', () => {
    this.CONSUME(t.For);
    this.CONSUME(t.Head);
    this.CONSUME(t.Equals);
    this.CONSUME(t.NumberLiteral);
    this.CONSUME(t.Range);
    this.CONSUME2(t.NumberLiteral);
  });

  readonly atWidth = this.RULE('atWidth', () => {
    this.CONSUME(t.At);
    this.CONSUME(t.Head);
    this.CONSUME(t.Equals);
    this.CONSUME(t.NumberLiteral);
  });

  readonly observableNames = this.RULE('observableNames', () => {
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.CONSUME(t.Name) });
  });

  readonly expectStatement = this.RULE('expectStatement', () => {
    this.CONSUME(t.Expect);
    this.SUBRULE(this.definedField);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
  });

  readonly findStatement = this.RULE('findStatement', () => {
    this.CONSUME(t.Find);
    this.CONSUME(t.Critical);
    this.CONSUME(t.LeftParenthesis);
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.CONSUME(t.Name) });
    this.CONSUME(t.RightParenthesis);
  });

  readonly phaseStatement = this.RULE('phaseStatement', () => {
    this.CONSUME(t.Phase);
    this.SUBRULE(this.phaseAxis);
    this.CONSUME(t.Comma);
    this.SUBRULE2(this.phaseAxis);
  });

  readonly phaseAxis = this.RULE('phaseAxis', () => {
    this.CONSUME(t.Head);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
    this.CONSUME(t.Range);
    this.SUBRULE2(this.expression);
  });

  /** The left side of an equation. */
  readonly definedField = this.RULE('definedField', () => {
    this.CONSUME(t.Head);
    this.SUBRULE(this.indices);
  });

  readonly indexed = this.RULE('indexed', () => {
    this.CONSUME(t.Name);
    this.SUBRULE(this.indices);
  });

  readonly indices = this.RULE('indices', () => {
    this.CONSUME(t.LeftBracket);
    this.AT_LEAST_ONE_SEP({ SEP: t.Semicolon, DEF: () => this.SUBRULE(this.indexGroup) });
    this.CONSUME(t.RightBracket);
  });

  readonly indexGroup = this.RULE('indexGroup', () => {
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.index) });
  });

  readonly index = this.RULE('index', () => {
    this.stopAfterTooManyErrors();
    this.OR([{ ALT: () => this.CONSUME(t.Name) }, { ALT: () => this.CONSUME(t.NumberLiteral) }]);
  });

  readonly expression = this.RULE('expression', () => {
    this.SUBRULE(this.product);
    this.MANY(() => {
      this.OR([{ ALT: () => this.CONSUME(t.Plus) }, { ALT: () => this.CONSUME(t.Minus) }]);
      this.SUBRULE2(this.product);
    });
  });

  readonly product = this.RULE('product', () => {
    this.SUBRULE(this.factor);
    this.MANY(() => {
      this.OR([{ ALT: () => this.CONSUME(t.Times) }, { ALT: () => this.CONSUME(t.Divide) }]);
      this.SUBRULE2(this.factor);
    });
  });

  readonly factor = this.RULE('factor', () => {
    this.stopAfterTooManyErrors();
    this.OR([
      { ALT: () => this.SUBRULE(this.negation) },
      { ALT: () => this.SUBRULE(this.sum) },
      { ALT: () => this.SUBRULE(this.power) },
    ]);
  });

  readonly negation = this.RULE('negation', () => {
    this.CONSUME(t.Minus);
    this.SUBRULE(this.factor);
  });

  readonly sum = this.RULE('sum', () => {
    this.CONSUME(t.Sum);
    this.CONSUME(t.LeftParenthesis);
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.summedIndex) });
    this.CONSUME(t.RightParenthesis);
    this.SUBRULE(this.product);
  });

  readonly summedIndex = this.RULE('summedIndex', () => {
    this.CONSUME(t.Name);
    this.OPTION(() => {
      this.CONSUME(t.In);
      this.CONSUME(t.Parameters);
    });
  });

  readonly power = this.RULE('power', () => {
    this.SUBRULE(this.atom);
    this.OPTION(() => {
      this.CONSUME(t.Power);
      this.SUBRULE(this.factor);
    });
  });

  readonly atom = this.RULE('atom', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.NumberLiteral) },
      { ALT: () => this.CONSUME(t.StringLiteral) },
      { ALT: () => this.SUBRULE(this.nameOrApplication) },
      { ALT: () => this.SUBRULE(this.parenthesised) },
      { ALT: () => this.SUBRULE(this.list) },
      { ALT: () => this.SUBRULE(this.correlator) },
      { ALT: () => this.SUBRULE(this.piecewise) },
    ]);
  });

  readonly nameOrApplication = this.RULE('nameOrApplication', () => {
    this.CONSUME(t.Name);
    this.OPTION(() => {
      this.OR([{ ALT: () => this.SUBRULE(this.indices) }, { ALT: () => this.SUBRULE(this.callArguments) }]);
    });
  });

  readonly callArguments = this.RULE('callArguments', () => {
    this.CONSUME(t.LeftParenthesis);
    this.MANY_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.expression) });
    this.CONSUME(t.RightParenthesis);
  });

  readonly parenthesised = this.RULE('parenthesised', () => {
    this.CONSUME(t.LeftParenthesis);
    this.SUBRULE(this.expression);
    this.CONSUME(t.RightParenthesis);
  });

  readonly list = this.RULE('list', () => {
    this.CONSUME(t.LeftBracket);
    this.MANY_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.expression) });
    this.CONSUME(t.RightBracket);
  });

  readonly correlator = this.RULE('correlator', () => {
    this.CONSUME(t.CorrelatorOpen);
    this.SUBRULE(this.correlatorFactor);
    this.MANY(() => {
      this.OPTION(() => this.CONSUME(t.Times));
      this.SUBRULE2(this.correlatorFactor);
    });
    this.OR([{ ALT: () => this.CONSUME(t.ConnectedClose) }, { ALT: () => this.CONSUME(t.CorrelatorClose) }]);
  });

  readonly correlatorFactor = this.RULE('correlatorFactor', () => {
    this.stopAfterTooManyErrors();
    this.SUBRULE(this.indexed);
    this.OPTION(() => {
      this.CONSUME(t.Power);
      this.CONSUME(t.NumberLiteral);
    });
  });

  readonly piecewise = this.RULE('piecewise', () => {
    this.CONSUME(t.Piecewise);
    this.CONSUME(t.LeftParenthesis);
    this.MANY(() => this.SUBRULE(this.branch));
    this.CONSUME(t.Otherwise);
    this.CONSUME(t.Colon);
    this.SUBRULE(this.expression);
    this.CONSUME(t.RightParenthesis);
  });

  readonly branch = this.RULE('branch', () => {
    this.stopAfterTooManyErrors();
    this.SUBRULE(this.expression);
    this.CONSUME(t.Comparison);
    this.SUBRULE2(this.expression);
    this.CONSUME(t.Colon);
    this.SUBRULE3(this.expression);
    this.CONSUME(t.Comma);
  });
}
