import { Command, Option } from 'commander';
import { changeOrigins, originsOf } from '../usecases/keys/change-origins.ts';
import { dataOption, keyId, withStores } from './key-store.ts';
import { oneMore } from './one-more.ts';

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
    .option('--json', 'print one JSON object')
    .action(async (key: string, { add = [], remove = [], data, json }: OriginsOptions) => {
      await withStores(data, async (stores) => {
        const isChange = add.length + remove.length > 0;
        const origins = isChange
          ? await changeOrigins({ stores }, key, { add, remove })
          : await originsOf({ stores }, key);
        if (!origins) throw new Error('No such key, or it is revoked.');
        if (json) console.log(JSON.stringify({ api_key: key, origins }));
        else console.log(origins.length > 0 ? origins.join('\n') : 'No origins: only our own pages may use this key.');
      });
    });
}
