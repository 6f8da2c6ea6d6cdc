import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "src/api/schema.d.ts", "browser/shots"] },
  ...tseslint.configs.strict,
  ...tseslint.configs.stylistic,
  {
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      // The page's own data are checked by hand where they come in.
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-restricted-globals": ["error", "alert", "confirm", "prompt"],
      "no-restricted-properties": ["error", { property: "innerHTML", message: "text becomes markup" }],
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/unified-signatures": "off",
      "@typescript-eslint/consistent-type-definitions": "off",
    },
  },
);
