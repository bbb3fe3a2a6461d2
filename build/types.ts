import { readFileSync } from 'node:fs';
import ts from 'typescript';

/*
 * Published types, without the library that schemas are written with: what a schema's type comes to is written out. A user's
 * compiler would otherwise read all of that library, and work each type out again: eight times the time of Playwright's types.
 */

const LIBRARY = 'typebox';

/** In place of a schema that is exported. */
const SCHEMA = 'Readonly<Record<string, unknown>>';

/**
 * @param files declarations, which may import the library
 * @returns the text of those that do, without it
 */
export function withoutLibrary(files: readonly string[]): Map<string, string> {
  const using = files.filter((file) => readFileSync(file, 'utf8').includes(`from '${LIBRARY}'`));
  const program = ts.createProgram(using, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  return new Map(using.map((file) => [file, rewritten(program.getSourceFile(file)!, checker)]));
}

function rewritten(file: ts.SourceFile, checker: ts.TypeChecker): string {
  return file.statements
    .map((statement) => {
      const written = replacement(statement, checker);
      return written === undefined ? statement.getFullText(file) : leadingText(statement, file) + written;
    })
    .join('')
    .concat('\n');
}

/** What a statement is replaced by; undefined if it stays. */
function replacement(statement: ts.Statement, checker: ts.TypeChecker): string | undefined {
  if (ts.isImportDeclaration(statement))
    return (statement.moduleSpecifier as ts.StringLiteral).text === LIBRARY ? '' : undefined;
  if (ts.isVariableStatement(statement)) {
    const { name, type } = statement.declarationList.declarations[0]!;
    if (!type?.getText().startsWith('Type.')) return undefined;
    const isExported = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    return isExported ? `export declare const ${name.getText()}: ${SCHEMA};` : '';
  }
  if (!ts.isTypeAliasDeclaration(statement) || !statement.type.getText().includes('Static<'))
    return undefined;
  const type = checker.typeToTypeNode(checker.getTypeAtLocation(statement.name), statement, FLAGS)!;
  const text = ts.createPrinter().printNode(ts.EmitHint.Unspecified, type, statement.getSourceFile());
  return `export type ${statement.name.text} = ${text};`;
}

const FLAGS =
  ts.NodeBuilderFlags.NoTruncation |
  ts.NodeBuilderFlags.InTypeAlias |
  ts.NodeBuilderFlags.MultilineObjectLiterals;

/** The comments before a statement. */
function leadingText(statement: ts.Statement, file: ts.SourceFile): string {
  return file.text.slice(statement.getFullStart(), statement.getStart(file));
}
