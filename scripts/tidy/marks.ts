import { type Finding, isTest, lineAt, type SourceFile } from './source.ts';
import type { Views } from './views.ts';

interface MarkRule {
  /** What must not stand there, sought in code (strings and comments blanked) or in comments. */
  find: RegExp;
  in: keyof Views;
  /** Where strings matter: the original text from the match on must fit this too. */
  text?: RegExp;
  /** Paths to which the rule does not apply. */
  except?: RegExp;
  /** Paths to which alone it applies. */
  only?: RegExp;
  testsToo: boolean;
  why: string;
}

const pureRooms = /^packages\/server\/src\/(domain|stores|usecases)\//;

const markRules: readonly MarkRule[] = [
  {
    find: /\bprocess\s*\.\s*env\b/g,
    in: 'code',
    except: /^(packages\/server\/src\/config\.ts$|scripts\/|bench\/|e2e\/)/,
    testsToo: false,
    why: 'reads process.env: only packages/server/src/config.ts does, so that every fault of a setting is told at the start. Add the setting there and hand it in.',
  },
  {
    find: /(?<![.\w$])console\s*\./g,
    in: 'code',
    except:
      /^(packages\/server\/src\/(cli\/|main\.ts$)|packages\/simulator\/src\/(cli|main)(\.ts$|\/)|scripts\/|bench\/|e2e\/)/,
    testsToo: true,
    why: 'writes to the console: a server logs through its logger, which knows what to hide. Take the logger as an argument.',
  },
  {
    find: /\bDate\s*\.\s*now\b|\bnew Date\(\s*\)|\bMath\s*\.\s*random\b/g,
    in: 'code',
    only: pureRooms,
    testsToo: false,
    why: 'asks the clock or the dice: rules and use cases get time and ids handed in, so that a test decides them. Take `now` or `newId` as an argument.',
  },
  {
    find: /\.only\s*\(|\bonly: true\b/g,
    in: 'code',
    testsToo: true,
    why: 'runs one test and silences the rest. Take `only` away before it is committed.',
  },
  {
    find: /\.(?:skip|todo)\s*\(|\b(?:skip|todo): true\b/g,
    in: 'code',
    except: /^scripts\/needs\.ts$/,
    testsToo: true,
    why: 'skips a test: only a missing outside program is a reason, and `needs(t, …)` of scripts/needs.ts says it. Fix the test or delete it.',
  },
  {
    find: /\b(?:TODO|FIXME)\b/g,
    in: 'comments',
    testsToo: true,
    why: 'leaves work behind in a comment, where nobody looks. Do it now, or open an issue.',
  },
  {
    find: /@ts-(?:ignore|nocheck)\b/g,
    in: 'comments',
    testsToo: true,
    why: 'silences the compiler for good. Mend the type, or use @ts-expect-error with its reason, which complains once it is not needed.',
  },
  {
    find: /\bas any\b/g,
    in: 'code',
    testsToo: true,
    why: 'throws the type away. Parse it at the border, or narrow it from `unknown`.',
  },
  {
    find: /(?<![.\w$])fetch\s*\(|\bglobalThis\s*\.\s*fetch\s*\(/g,
    in: 'code',
    only: /^packages\/server\//,
    except:
      /^packages\/server\/src\/(upstream\/(entitylocker\/guards|simulator-control)\.ts$|walker\/browser\.ts$|cli\/doctor\/look-at-upstream\.ts$|demo\/)/,
    testsToo: false,
    why: 'calls out past the guards: packages/server/src/upstream/entitylocker/guards.ts bounds time, size and redirects. Go through it.',
  },
  {
    find: /\b(?:createHash|createHmac|hash)\s*\(/g,
    in: 'code',
    text: /^\w+\s*\(\s*['"`](?:md5|sha-?1)['"`]/i,
    // RFC 9562 §5.5 makes a version-5 UUID of SHA-1; it names something and proves nothing.
    except: /^packages\/server\/src\/domain\/name-uuid\.ts$/,
    testsToo: true,
    why: 'uses a broken hash. Use sha256; where the other side dictates this one, say so in an exception here.',
  },
];

export function wrongMarks(file: SourceFile, views: Views): Finding[] {
  const findings: Finding[] = [];
  for (const rule of markRules) {
    if (rule.except?.test(file.path) || rule.only?.test(file.path) === false) continue;
    if (!rule.testsToo && isTest(file.path)) continue;
    for (const match of views[rule.in].matchAll(rule.find)) {
      if (rule.text?.test(file.text.slice(match.index)) === false) continue;
      findings.push({ path: file.path, line: lineAt(file.text, match.index), message: rule.why });
    }
  }
  return findings;
}
