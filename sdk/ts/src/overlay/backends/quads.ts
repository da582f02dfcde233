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

export class Quads {
  readonly #gl: WebGL2RenderingContext;
  readonly #scale: WebGLUniformLocation | null;
  readonly #data = new Float32Array(most * floats);
  #count = 0;
  #texture: Texture | undefined;
  #scaleX = 1;
  #scaleY = 1;

  /** Makes this the context's only program. */
  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
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
    this.#scale = gl.getUniformLocation(program, "scale");
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    const attribute = (index: number, size: number) => {
      gl.enableVertexAttribArray(index);
      gl.vertexAttribPointer(index, size, gl.FLOAT, false, floats * 4, index * 16);
      gl.vertexAttribDivisor(index, 1);
    };
    attribute(0, 4);
    attribute(1, 4);
    attribute(2, 1);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  /** What is drawn from now on goes there: a texture's framebuffer, or null for the screen. */
  target(framebuffer: WebGLFramebuffer | null, width: number, height: number): void {
    this.flush();
    const gl = this.#gl;
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    gl.viewport(0, 0, width, height);
    this.#scaleX = 2 / width;
    this.#scaleY = (framebuffer ? 2 : -2) / height; // the screen's first row is the lowest, a texture's its first
  }

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
  ): void {
    if (texture !== this.#texture || this.full) this.flush();
    this.#texture = texture;
    const data = this.#data;
    let i = this.#count++ * floats;
    data[i++] = x;
    data[i++] = y;
    data[i++] = width;
    data[i++] = height;
    data[i++] = fromX;
    data[i++] = fromY;
    data[i++] = fromWidth;
    data[i++] = fromHeight;
    data[i] = opacity;
  }

  /** The next `add` draws those before it. */
  get full(): boolean {
    return this.#count === most;
  }

  flush(): void {
    const gl = this.#gl;
    const texture = this.#texture;
    if (!texture || this.#count === 0) return;
    gl.bindTexture(gl.TEXTURE_2D, texture.texture);
    gl.uniform4f(this.#scale, this.#scaleX, this.#scaleY, 1 / texture.width, 1 / texture.height);
    gl.bufferData(gl.ARRAY_BUFFER, this.#data, gl.STREAM_DRAW, 0, this.#count * floats);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, this.#count);
    this.#count = 0;
  }
}
