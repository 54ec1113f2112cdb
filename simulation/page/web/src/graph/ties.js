/** Links under the firms: thin lines in one WebGL buffer, of which only replaced suppliers are written anew. */

const VERTEX = `
attribute vec2 a_position;
attribute float a_strength;
uniform mat3 u_matrix;
varying float v_strength;
void main() {
  gl_Position = vec4((u_matrix * vec3(a_position, 1)).xy, 0, 1);
  v_strength = a_strength;
}`;

const FRAGMENT = `
precision mediump float;
uniform vec3 u_color;
uniform float u_alpha;
varying float v_strength;
void main() {
  float alpha = u_alpha * v_strength;
  gl_FragColor = vec4(u_color * alpha, alpha);
}`;

export class Ties {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import("../model/run.js").Run} run
   * @param {any} theme
   */
  constructor(canvas, run, theme) {
    this.canvas = canvas;
    this.run = run;
    this.theme = theme;
    const world = run.story.world;
    /** Of each link: x, y, strength at the supplier, then at the buyer. */
    this.data = new Float32Array(world.links * 6);
    this.isVisible = true;
    const gl = canvas.getContext("webgl2", { antialias: world.links < 20_000, alpha: true, premultipliedAlpha: true });
    this.gl = gl;
    if (!gl) return;
    const program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    gl.useProgram(program);
    this.at = Object.fromEntries(["u_matrix", "u_color", "u_alpha"].map((name) => [name, gl.getUniformLocation(program, name)]));
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    for (const [name, size, offset] of [["a_position", 2, 0], ["a_strength", 1, 8]]) {
      const place = gl.getAttribLocation(program, name);
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, size, gl.FLOAT, false, 12, offset);
    }
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  /** Put the ends of the links where firms stand; framed as sigma frames a box from -1 to 1. */
  place(layout, month) {
    const world = this.run.story.world;
    this.layout = layout;
    const places = world.places[layout];
    const most = world.value.reduce((one, other) => Math.max(one, other), 1e-9);
    for (let link = 0; link < world.links; link++) {
      const strength = (world.critical[link] ? 0.55 : 0.3) + 0.45 * Math.sqrt(world.value[link] / most);
      const buyer = world.buyer[link], at = 6 * link;
      this.data[at + 2] = strength;
      this.data[at + 3] = 0.5 + places[buyer] / 2;
      this.data[at + 4] = 0.5 + places[world.count + buyer] / 2;
      this.data[at + 5] = strength * 0.35;
    }
    this.supply(month);
  }

  /** Show the suppliers of a month. */
  supply(month) {
    const world = this.run.story.world, supplier = this.run.suppliers(month), places = world.places[this.layout];
    for (let link = 0; link < world.links; link++) {
      this.data[6 * link] = 0.5 + places[supplier[link]] / 2;
      this.data[6 * link + 1] = 0.5 + places[world.count + supplier[link]] / 2;
    }
    this.isStale = true;
  }

  resize(width, height) {
    this.canvas.width = width;
    this.canvas.height = height;
  }

  /** Draw what differs from what stands there; between months nothing does. @param {Float32Array} matrix @param {number} dimming from 0 to 1 */
  draw(matrix, dimming) {
    const gl = this.gl;
    const wanted = [...matrix, dimming, this.isVisible, this.canvas.width, this.canvas.height].join();
    if (!gl || (wanted === this.drawn && !(this.isStale && this.isVisible))) return;
    this.drawn = wanted;
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (!this.isVisible) return;
    if (this.isStale) gl.bufferData(gl.ARRAY_BUFFER, this.data, gl.DYNAMIC_DRAW);
    this.isStale = false;
    const links = this.run.story.world.links;
    gl.uniformMatrix3fv(this.at.u_matrix, false, matrix);
    gl.uniform3fv(this.at.u_color, this.theme.tie);
    gl.uniform1f(this.at.u_alpha, this.theme.tieAlpha * Math.min(1.6, Math.max(0.22, (4000 / Math.max(links, 1)) ** 0.6)) * dimming);
    gl.drawArrays(gl.LINES, 0, 2 * links);
  }

  kill() {
    this.gl?.getExtension("WEBGL_lose_context")?.loseContext();
  }
}
