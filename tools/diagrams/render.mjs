import { instance } from "@viz-js/viz";
import { readFileSync, writeFileSync } from "node:fs";
const viz = await instance();
writeFileSync(process.argv[3], viz.renderString(readFileSync(process.argv[2], "utf8"), { format: "svg", engine: "dot" }));
