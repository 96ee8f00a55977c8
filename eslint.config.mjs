// The schema by the rules of @graphql-eslint for schemas and for Relay, and the documents that we hand out by those for operations.
// Each rule that is off stands here with its reason.

import graphql from "@graphql-eslint/eslint-plugin";

const schema = "schema.graphql";
const projects = {
  graphiql: { schema, documents: "api/assets/examples/*.graphql" },
  backOffice: { schema, documents: "examples/back-office/src/**/*.{ts,tsx}" },
};
const NOTHING = { type: "Program", sourceType: "module", body: [], tokens: [], comments: [], loc: { start: { line: 1, column: 0 }, end: { line: 1, column: 0 } } };
const plugins = { "@graphql-eslint": graphql };
const languageOptions = { parser: graphql.parser, parserOptions: { graphQLConfig: { projects } } };

export default [
  { ignores: ["**/node_modules", "**/dist", ".venv", "examples/**/src/gql", "tests/**/baseline.graphql"] },
  {
    files: ["schema.graphql"],
    plugins,
    languageOptions,
    rules: {
      ...graphql.configs["flat/schema-recommended"].rules,
      ...graphql.configs["flat/schema-relay"].rules,
      "@graphql-eslint/no-hashtag-description": "error",
      "@graphql-eslint/no-unreachable-types": "error",
      "@graphql-eslint/no-scalar-result-type-on-mutation": "error",
      "@graphql-eslint/require-description": ["error", { types: true, FieldDefinition: true, EnumValueDefinition: true, InputValueDefinition: true }],
      // Only what can grow without bound is a connection: an order's items are a plain list.
      "@graphql-eslint/relay-edge-types": ["error", { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false }],
      // QueuedJob.outcomes is read forward alone.
      "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
      // Money, Address and what a payload tells are values: they are their owner's, and stand in caches below it.
      "@graphql-eslint/strict-id-in-types": "off",
      // The contract has Order.orderedAt and Order.orderSource.
      "@graphql-eslint/no-typename-prefix": "off",
    },
  },
  {
    files: ["api/assets/examples/*.graphql"],
    plugins,
    languageOptions,
    rules: {
      ...graphql.configs["flat/operations-recommended"].rules,
      // An example shows what it is about.
      "@graphql-eslint/require-selections": "off",
    },
  },
  {
    files: ["examples/**/src/**/*.{ts,tsx}"],
    processor: graphql.processor,
    // TypeScript itself is the compiler's to judge: only the documents in it are looked at here.
    languageOptions: { parser: { parse: (text) => ({ ...NOTHING, range: [0, text.length] }) } },
  },
  {
    files: ["examples/**/*.graphql"],
    plugins,
    languageOptions,
    rules: {
      ...graphql.configs["flat/operations-recommended"].rules,
      "@graphql-eslint/no-unused-fields": "off",
    },
  },
];
