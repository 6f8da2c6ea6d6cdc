import { render } from "preact";
import { App } from "./app";
import { printLight } from "./shell/theme";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/parts.css";
import "./styles/tables.css";
import "./styles/map.css";
import "./styles/print.css";

const root = document.getElementById("app");
printLight();
if (root !== null) {
  root.replaceChildren();
  render(<App />, root);
}
