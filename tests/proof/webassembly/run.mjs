// Run pytest on the Python that is compiled to WebAssembly.
//
//   node run.mjs TREE PACKAGES ARGS...    below TREE the tests, below PACKAGES all that they import
//
// What the platform lacks is in this file's folder.
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [tree, packages, ...args] = process.argv.slice(2);
const { loadPyodide } = await import(
    pathToFileURL(path.join(packages, "node_modules/pyodide/pyodide.mjs"))
);
const python = await loadPyodide({ env: { HOME: "/home", CLUSTERSHELL_PURE_PYTHON: "1" } });
const mounted = { "/tree": tree, "/packages": packages, "/platform": path.dirname(fileURLToPath(import.meta.url)) };
for (const [place, root] of Object.entries(mounted)) {
    python.FS.mkdirTree(place);
    python.FS.mount(python.FS.filesystems.NODEFS, { root }, place);
}
python.globals.set("ARGS", python.toPy(args));
process.exitCode = python.runPython(`
import os, sys
sys.dont_write_bytecode = True
sys.path[:0] = ["/packages", "/platform", "/tree"]
os.chdir("/tree")
import pytest
int(pytest.main(["-p", "no:cacheprovider", "-p", "platform_lacks", *ARGS]))
`);
