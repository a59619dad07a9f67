import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { genServer, noreply } from "../../index.ts";
import { at } from "./place.ts";
import { collecting, reportsOf } from "./reports.ts";
import { endOf } from "./watch.ts";

export const Falling = genServer({
  init: () => 0,
  casts: {
    fall: () => {
      throw new Error("fell");
    },
    go: () => noreply(1),
  },
});

processTest("a test sees what a crashed server reports", () => {
  collecting((logged) => {
    const server = Falling.start(undefined, at("other core"));
    const { pid } = server;
    server.cast.fall();
    endOf(pid);
    expect(reportsOf(logged(), pid).map(({ type }) => type)).toEqual(["terminated", "crash"]);
  });
});
