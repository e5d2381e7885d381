import { Command, Option } from 'commander';
import { changeOrigins, originsOf } from '../usecases/keys/change-origins.ts';
import { CliError } from './cli-error.ts';
import { dataOption } from './data-option.ts';
import { withStores } from './key-store.ts';
import { keyId, oneMore } from './option-values.ts';
import { openOutput } from './output.ts';

interface OriginsOptions {
  add?: string[];
  remove?: string[];
  data: string;
  json?: boolean;
}

/** `tijori keys origins`: whose pages may use a key in a browser. */
export function keyOriginsCommand(): Command {
  return new Command('origins')
    .description('list or change the origins whose pages may use a key; a running gateway goes by it within a second')
    .argument('<key>', 'the key, key_test_… or key_live_…', keyId)
    .addOption(new Option('--add <origin>', 'allow an origin; may be repeated').argParser(oneMore))
    .addOption(new Option('--remove <origin>', 'take an origin off the list; may be repeated').argParser(oneMore))
    .addOption(dataOption())
    .action(async (key: string, { add = [], remove = [], data, json }: OriginsOptions) => {
      const origins = await withStores(data, async (stores) => {
        const known = await originsOf({ stores }, key);
        if (!known) {
          throw new CliError('not_found', 'No such key, or it is revoked.', { cure: 'See "tijori keys list".' });
        }
        return add.length + remove.length > 0 ? await changeOrigins({ stores }, key, { add, remove }) : known;
      });
      const out = openOutput({ json });
      if (out.isJson) out.line({ api_key: key, origins }, '');
      else if (origins.length === 0) out.line({}, 'No origins: only our own pages may use this key.');
      else for (const origin of origins) out.line({}, origin);
    });
}
