/** Runs that were recorded and stand in the page itself. */

import { Story } from "../model/story.js";
import { bytesOf, unpacked } from "./block.js";
import { SourceError } from "./source.js";

const FORMAT = 1;

/**
 * @param {HTMLElement} element that holds the block as base64
 * @returns {import("./source.js").Source}
 */
export function recordedSource(element) {
  return {
    kind: "recorded",
    async open() {
      const { header, arrays } = await unpacked(bytesOf(element.textContent ?? ""));
      element.textContent = "";
      if (header.format !== FORMAT) throw new SourceError("error.format");
      return new Story(header, arrays);
    },
    onChange() {},
    controls: null,
  };
}
