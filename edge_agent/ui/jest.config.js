export default {
  testEnvironment: "jsdom",
  // Machines are noisy; a test that hangs still ends.
  testTimeout: 60_000,
  roots: ["<rootDir>/src"],
  setupFilesAfterEnv: ["@testing-library/jest-dom", "<rootDir>/src/patience.ts"],
  transform: {
    "\\.(ts|tsx)$": [
      "@swc/jest",
      {
        jsc: {
          parser: { syntax: "typescript", tsx: true },
          transform: { react: { runtime: "automatic" } },
          target: "es2022",
        },
        module: { type: "commonjs" },
      },
    ],
  },
};
