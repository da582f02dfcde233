// WebGL2: rectangles of a texture onto rectangles of a target, one draw call for all that share a texture.
const vertexShader = `#version 300 es
layout(location=0) in vec4 to;
layout(location=1) in vec4 from;
layout(location=2) in float opacity;
uniform vec4 scale;
out highp vec2 at;
out highp float alpha;
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  at = (from.xy + corner * from.zw) * scale.zw;
  alpha = opacity;
  gl_Position = vec4((to.xy + corner * to.zw) * scale.xy - sign(scale.xy), 0, 1);
}`;
const fragmentShader = `#version 300 es
precision highp float;
uniform sampler2D picture;
in vec2 at;
in float alpha;
out vec4 color;
void main() { color = texture(picture, at) * alpha; }`;

const floats = 9;
const most = 1024;

/** Premultiplied RGBA; the first row is the top. */
export interface Texture {
  texture: WebGLTexture;
  width: number;
  height: number;
}

export function createTexture(gl: WebGL2RenderingContext, filter: number): Texture {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, filter);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  return { texture, width: 1, height: 1 };
}

export interface Quads {
  /** What is drawn from now on goes there: a texture's framebuffer, or null for the screen. */
  target(framebuffer: WebGLFramebuffer | null, width: number, height: number): void;
  /** From pixels of the texture to pixels of the target. Drawn at the latest by `flush`. */
  add(
    texture: Texture,
    x: number,
    y: number,
    width: number,
    height: number,
    fromX: number,
    fromY: number,
    fromWidth: number,
    fromHeight: number,
    opacity: number,
  ): void;
  /** The next `add` draws those before it. */
  full(): boolean;
  flush(): void;
}

/** Makes this the context's only program. */
export function createQuads(gl: WebGL2RenderingContext): Quads {
  const program = gl.createProgram();
  const attach = (type: number, source: string) => {
    const shader = gl.createShader(type) as WebGLShader;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  };
  attach(gl.VERTEX_SHADER, vertexShader);
  attach(gl.FRAGMENT_SHADER, fragmentShader);
  gl.linkProgram(program);
  gl.useProgram(program);
  const scale = gl.getUniformLocation(program, "scale");
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  for (const [index, size] of [4, 4, 1].entries()) {
    gl.enableVertexAttribArray(index);
    gl.vertexAttribPointer(index, size, gl.FLOAT, false, floats * 4, index * 16);
    gl.vertexAttribDivisor(index, 1);
  }
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);

  const data = new Float32Array(most * floats);
  let count = 0;
  let current: Texture | undefined;
  let scaleX = 1;
  let scaleY = 1;
  const full = () => count === most;
  const flush = () => {
    if (!current || count === 0) return;
    gl.bindTexture(gl.TEXTURE_2D, current.texture);
    gl.uniform4f(scale, scaleX, scaleY, 1 / current.width, 1 / current.height);
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.STREAM_DRAW, 0, count * floats);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, count);
    count = 0;
  };
  return {
    target(framebuffer, width, height) {
      flush();
      gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
      gl.viewport(0, 0, width, height);
      scaleX = 2 / width;
      scaleY = (framebuffer ? 2 : -2) / height; // the screen's first row is the lowest, a texture's its first
    },
    add(texture, x, y, width, height, fromX, fromY, fromWidth, fromHeight, opacity) {
      if (texture !== current || full()) flush();
      current = texture;
      let i = count++ * floats;
      data[i++] = x;
      data[i++] = y;
      data[i++] = width;
      data[i++] = height;
      data[i++] = fromX;
      data[i++] = fromY;
      data[i++] = fromWidth;
      data[i++] = fromHeight;
      data[i] = opacity;
    },
    full,
    flush,
  };
}
