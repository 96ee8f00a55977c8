// What has changed of the schema since the one that front ends rely on, by graphql-inspector's rules; fails where it breaks any.
// `node tests/architecture/compare.mjs [BEFORE]`: by default before is baseline.graphql; --all also tells what breaks nothing.

import { readFileSync } from "node:fs";

import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";

const options = process.argv.slice(2);
const before = options.find((each) => !each.startsWith("-")) ?? new URL("baseline.graphql", import.meta.url);
const [old, present] = [before, "schema.graphql"].map((file) => buildSchema(readFileSync(file, "utf8")));

const changes = await diff(old, present);
const isBreaking = ({ criticality }) => criticality.level === CriticalityLevel.Breaking;
for (const change of changes) {
  if (options.includes("--all") || change.criticality.level !== CriticalityLevel.NonBreaking) {
    console.log(`${change.criticality.level} ${change.message}`);
  }
}
process.exitCode = changes.some(isBreaking) ? 1 : 0;
