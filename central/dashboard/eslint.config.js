import hooks from "eslint-plugin-react-hooks";
import ts from "typescript-eslint";

/** One-way roads: parts <- pages <- app; api, theme and words know none of them. */
const forbid = (files, folders) => ({
  files: files.map((folder) => `src/${folder}/**`),
  rules: {
    "no-restricted-imports": ["error", { patterns: folders.map((name) => `**/${name}/*`) }],
  },
});

export default ts.config(
  ...ts.configs.strict,
  hooks.configs.flat["recommended-latest"],
  { rules: { "max-lines": ["error", 400], "max-depth": ["error", 3], "max-params": ["error", 5] } },
  forbid(["api", "theme", "words"], ["parts", "pages", "app"]),
  forbid(["parts"], ["pages", "app"]),
  forbid(["pages"], ["app"]),
);
