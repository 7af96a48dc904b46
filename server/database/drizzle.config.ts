/** Where drizzle-kit finds the schema and puts migrations: `npm run migrations` after every change of a table. */
export default {
  dialect: 'postgresql',
  schema: './server/database/schema/index.ts',
  out: './server/database/migrations',
};
