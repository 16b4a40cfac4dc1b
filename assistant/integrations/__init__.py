"""The library in other frameworks' own terms: one module a framework, which imports it."""
