import { fastify } from 'fastify';

/**
 * The baseline: Fastify with one bare route for each measured endpoint. It takes the same request and answers the same
 * bytes, but checks no token, validates nothing, logs nothing and keeps nothing. `send` tells it what to answer.
 */
const app = fastify();
let answers: Record<string, unknown> = {};

app.post('/kyc/entitylocker-sdk/sessions/create', async (_request, reply) => {
  reply.header('cache-control', 'no-store');
  return answers.create;
});
app.get('/kyc/entitylocker-sdk/sessions/:session_id/status', async (_request, reply) => {
  reply.header('cache-control', 'no-store');
  return answers.status;
});

process.on('message', (message: Record<string, unknown>) => {
  answers = message;
  process.send?.('set');
});
process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }));
