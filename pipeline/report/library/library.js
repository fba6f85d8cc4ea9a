// What the report uses of Vega; `make library` bundles it with all that it needs.
export { View, changeset, parse } from "vega";
export { expressionInterpreter } from "vega-interpreter";
export { compile } from "vega-lite";
