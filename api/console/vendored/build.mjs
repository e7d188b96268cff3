// Renews ../static/vendored: `npm ci && npm run build` in this folder, then read the change and commit it.
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as sass from "sass";

const target = "../static/vendored";
const modules = "node_modules";
const version = (name) => JSON.parse(readFileSync(`${modules}/${name}/package.json`)).version;

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });

const written = {};
const write = (name, bytes, from) => {
  writeFileSync(`${target}/${name}`, bytes);
  written[name] = { from, sha256: createHash("sha256").update(bytes).digest("hex") };
};
// A source map is not shipped, so a line that points at one would only be a 404 in the reader's browser.
const withoutMap = (path) => readFileSync(path, "utf8").replace(/\/\/# sourceMappingURL=.*\s*$/, "");

const govuk = `govuk-frontend ${version("govuk-frontend")} (MIT)`;
write("govuk-frontend.css", sass.compile("style.scss", { loadPaths: [`${modules}/govuk-frontend/dist`], style: "compressed", quietDeps: true }).css, govuk);
write("govuk-frontend.js", withoutMap(`${modules}/govuk-frontend/dist/govuk/govuk-frontend.min.js`), govuk);
write("cytoscape.js", withoutMap(`${modules}/cytoscape/dist/cytoscape.min.js`), `cytoscape ${version("cytoscape")} (MIT)`);
write("htmx.js", withoutMap(`${modules}/htmx.org/dist/htmx.min.js`), `htmx.org ${version("htmx.org")} (0BSD)`);

// govuk-frontend's package has no licence file; its licence stands beside this script.
cpSync("govuk-frontend-LICENCE.txt", `${target}/govuk-frontend-LICENCE.txt`);
cpSync(`${modules}/cytoscape/LICENSE`, `${target}/cytoscape-LICENCE.txt`);
cpSync(`${modules}/htmx.org/LICENSE`, `${target}/htmx-LICENCE.txt`);
writeFileSync(`${target}/manifest.json`, JSON.stringify(written, null, 2) + "\n");
