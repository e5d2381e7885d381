import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { TijoriClient } from '@tijori/client';

const { TIJORI_KEY: apiKey, TIJORI_SECRET: apiSecret, PORT: port = '3000' } = process.env;
const client = new TijoriClient({ baseUrl: 'http://127.0.0.1:8080', apiKey, apiSecret });

createServer(async (request, response) => {
  if (request.method === 'POST' && request.url === '/sessions') {
    const { id } = await client.sdkSessions.create({ flow: 'signin', doc_types: ['gstn_details'] });
    response.end(JSON.stringify({ sessionId: id }));
  } else {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(readFileSync('index.html', 'utf8').replace('key_test_YOURS', apiKey));
  }
}).listen(Number(port));
