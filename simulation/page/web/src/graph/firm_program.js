/**
 * How sigma draws firms: one point each, whose colour is looked up in a small texture. A month costs one upload of
 * four bytes a firm, whatever changed; a frame between months costs nothing but drawing.
 */

import { NodeProgram } from "sigma/rendering";

const VERTEX = /* glsl */ `
attribute vec4 a_id;
attribute vec2 a_position;
attribute float a_size;
attribute float a_firm;
attribute float a_shape;

uniform float u_sizeRatio;
uniform float u_pixelRatio;
uniform mat3 u_matrix;
uniform float u_mix;
uniform vec2 u_extent;
uniform sampler2D u_paint;
uniform sampler2D u_ramp;

varying vec4 v_color;
varying float v_radius;
varying float v_shape;
varying float v_late;
varying float v_part;

void main() {
  gl_Position = vec4((u_matrix * vec3(a_position, 1)).xy, 0, 1);
  float radius = a_size / u_sizeRatio * u_pixelRatio;
  vec2 place = vec2(mod(a_firm, u_extent.x) + 0.5, floor(a_firm / u_extent.x) + 0.5) / u_extent;
  vec4 paint = texture2D(u_paint, place);
  v_late = floor(paint.b * 2.55 + 0.5);
  // Room around the dot for the ring of a large firm and for that of lateness.
  float room = v_late > 0.5 ? max(radius * 1.55, radius + 2.6 * u_pixelRatio) : radius * 1.22 + u_pixelRatio;
  gl_PointSize = 2.0 * room;
  v_part = radius / room;
  v_radius = room;
  v_shape = a_shape;
  #ifdef PICKING_MODE
  v_color = a_id;
  #else
  vec3 now = texture2D(u_ramp, vec2((paint.r * 255.0 + 0.5) / 256.0, 0.5)).rgb;
  vec3 before = texture2D(u_ramp, vec2((paint.g * 255.0 + 0.5) / 256.0, 0.5)).rgb;
  v_color = vec4(mix(before, now, u_mix), paint.a);
  #endif
}
`;

const FRAGMENT = /* glsl */ `
precision highp float;

varying vec4 v_color;
varying float v_radius;
varying float v_shape;
varying float v_late;
varying float v_part;

uniform vec3 u_outline;
uniform vec3 u_ink;
uniform vec3 u_back;
uniform vec3 u_own;
uniform vec3 u_inherited;
uniform float u_pixelRatio;

// Distance from the middle, 1 at the edge of the dot: a circle, or a rounded square of about the same area.
float reach(vec2 p, float isSquare) {
  vec2 q = abs(p) - 0.68;
  float square = 0.8 + length(max(q, 0.0)) + min(max(q.x, q.y), 0.0);
  return mix(length(p), square, isSquare);
}

void main() {
  vec2 p = (gl_PointCoord * 2.0 - 1.0) / v_part;
  float isSquare = mod(v_shape, 2.0);
  float isLarge = floor(v_shape / 2.0);
  float d = reach(p, isSquare);
  float pixel = 1.0 / (v_radius * v_part);
  #ifdef PICKING_MODE
  if (d > 1.25) discard;
  gl_FragColor = v_color;
  #else
  float inside = 1.0 - smoothstep(1.0 - pixel, 1.0 + pixel, d);
  vec3 color = v_color.rgb;
  // A thin edge keeps the low end of every scale visible; large firms have a second ring in the ink of the page.
  float thin = smoothstep(1.0 - 2.6 * pixel, 1.0 - 1.2 * pixel, d);
  color = mix(color, u_outline, thin * 0.45 * (1.0 - isLarge));
  float wide = max(0.14, 2.2 * pixel);
  float ring = smoothstep(1.0 - wide - pixel, 1.0 - wide, d);
  float gap = smoothstep(1.0 - 2.0 * wide - pixel, 1.0 - 2.0 * wide, d) * (1.0 - ring);
  color = mix(color, u_back, gap * isLarge);
  color = mix(color, u_ink, ring * isLarge);
  float alpha = inside;
  // Lateness is a ring outside the dot.
  float outer = max(1.36, 1.0 + 4.0 * pixel * u_pixelRatio * 0.5);
  float halo = smoothstep(outer + pixel, outer - pixel, d) * smoothstep(1.0 + 0.2 * pixel, 1.0 + 1.6 * pixel, d);
  float isLate = step(0.5, v_late);
  vec3 lateness = v_late > 1.5 ? u_inherited : u_own;
  color = mix(color, lateness, (1.0 - inside) * isLate);
  alpha = max(inside, halo * isLate) * v_color.a;
  gl_FragColor = vec4(color * alpha, alpha);
  #endif
}
`;

const { FLOAT, UNSIGNED_BYTE } = WebGLRenderingContext;

/**
 * A class of programs that draw one run's firms.
 * @param {import("./paint.js").Paint} paint
 */
export function firmProgram(paint) {
  const [outline, ink, back, own, inherited] = ["outline", "ink", "background", "lateOwn", "lateInherited"].map((name) =>
    [1, 3, 5].map((at) => parseInt(paint.theme[name].slice(at, at + 2), 16) / 255),
  );
  return class FirmProgram extends NodeProgram {
    getDefinition() {
      return {
        VERTICES: 1,
        VERTEX_SHADER_SOURCE: VERTEX,
        FRAGMENT_SHADER_SOURCE: FRAGMENT,
        METHOD: WebGLRenderingContext.POINTS,
        UNIFORMS: [
          "u_sizeRatio", "u_pixelRatio", "u_matrix", "u_mix", "u_extent", "u_paint", "u_ramp", "u_outline", "u_ink",
          "u_back", "u_own", "u_inherited",
        ],
        ATTRIBUTES: [
          { name: "a_position", size: 2, type: FLOAT },
          { name: "a_size", size: 1, type: FLOAT },
          { name: "a_firm", size: 1, type: FLOAT },
          { name: "a_shape", size: 1, type: FLOAT },
          { name: "a_id", size: 4, type: UNSIGNED_BYTE, normalized: true },
        ],
      };
    }

    processVisibleItem(nodeIndex, start, data) {
      const array = this.array;
      array[start++] = data.x;
      array[start++] = data.y;
      array[start++] = data.size;
      array[start++] = data.firm;
      array[start++] = data.shape;
      array[start++] = nodeIndex;
    }

    setUniforms(params, { gl, uniformLocations }) {
      this.upload(gl);
      const at = uniformLocations;
      gl.uniform1f(at.u_sizeRatio, params.sizeRatio);
      gl.uniform1f(at.u_pixelRatio, params.pixelRatio);
      gl.uniformMatrix3fv(at.u_matrix, false, params.matrix);
      gl.uniform1f(at.u_mix, paint.mix);
      gl.uniform2f(at.u_extent, paint.width, paint.height);
      gl.uniform1i(at.u_paint, 0);
      gl.uniform1i(at.u_ramp, 1);
      for (const [name, value] of Object.entries({ outline, ink, back, own, inherited })) {
        gl.uniform3fv(at[`u_${name}`], value);
      }
    }

    /** Bind the textures of firms and scale, and send what changed. */
    upload(gl) {
      this.textures ??= new Map();
      let mine = this.textures.get(gl);
      if (!mine) {
        mine = { paint: texture(gl), ramp: texture(gl), version: -1, rampVersion: -1 };
        this.textures.set(gl, mine);
      }
      gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
      gl.activeTexture(gl.TEXTURE1);
      gl.bindTexture(gl.TEXTURE_2D, mine.ramp);
      if (mine.rampVersion !== paint.rampVersion) {
        gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, paint.ramp);
        mine.rampVersion = paint.rampVersion;
      }
      gl.activeTexture(gl.TEXTURE0);
      gl.bindTexture(gl.TEXTURE_2D, mine.paint);
      if (mine.version !== paint.version) {
        const { width, height, texels } = paint;
        gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, texels);
        mine.version = paint.version;
      }
    }
  };
}

function texture(gl) {
  const made = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, made);
  for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
  for (const use of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, use, gl.NEAREST);
  return made;
}
