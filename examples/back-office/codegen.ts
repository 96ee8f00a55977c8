import type { CodegenConfig } from "@graphql-codegen/cli";

// Types of the operations in src, from the server's own schema. Run it whenever one of them changes.
const config: CodegenConfig = {
  schema: "../../schema.graphql",
  documents: "src/**/*.{ts,tsx}",
  ignoreNoDocuments: true,
  generates: {
    "src/gql/": {
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        scalars: { ID: "string", DateTime: "string", Decimal: "string", JSON: "unknown" },
        strictScalars: true,
        useTypeImports: true,
        onlyOperationTypes: true,
      },
    },
  },
};

export default config;
