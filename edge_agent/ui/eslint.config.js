import hooks from "eslint-plugin-react-hooks";
import ts from "typescript-eslint";

const never = (...folders) => ({
  "no-restricted-imports": [
    "error",
    {
      patterns: [
        {
          regex: `^\\.\\.?/(.*/)?(${folders.join("|")})(/|$)`,
          message:
            "One-way roads: parts <- screens <- app; api, theme and words know none of them.",
        },
      ],
    },
  ],
});

export default ts.config(
  { ignores: ["dist", "node_modules"] },
  ...ts.configs.strict,
  hooks.configs.flat["recommended-latest"],
  { rules: { "max-lines": ["error", 400], "max-lines-per-function": ["error", 70] } },
  { files: ["src/{api,theme,words}/**"], rules: never("parts", "screens", "app") },
  { files: ["src/parts/**"], rules: never("screens", "app") },
  {
    files: ["src/screens/**"],
    ignores: ["**/*.test.tsx"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { regex: "^\\./", message: "No screen imports another: what they share is a part." },
            { regex: "/app(/|$)", message: "One-way roads: parts <- screens <- app." },
          ],
        },
      ],
    },
  },
);
