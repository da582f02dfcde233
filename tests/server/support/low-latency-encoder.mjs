// A live encoder that writes low-latency HLS (draft-pantos-hls-rfc8216bis): segments in parts, and a hint at the next
// part. ffmpeg makes the parts, as short segments of fragmented MP4; what it cannot write is the playlist of them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const kPartSeconds = 0.4;
export const kPartsPerSegment = 5;
const kListedSegments = 6;
/** Older segments are listed without their parts. */
const kSegmentsWithParts = 2;
const kRate = 25;

export class LowLatencyEncoder {
  #media;
  #work = mkdtempSync(join(tmpdir(), "sotto-parts-"));
  #taken = 0;
  #begun;
  #timer;
  #ffmpeg;

  /** Writes live.m3u8 and what it names into the folder `media`. */
  constructor(media) {
    this.#media = media;
  }

  start() {
    const keyframes = String(kPartSeconds * kRate);
    this.#ffmpeg = spawn(
      "ffmpeg",
      [
        ...["-hide_banner", "-loglevel", "error", "-nostdin", "-re", "-f", "lavfi"],
        ...[
          "-i",
          `testsrc2=size=320x180:rate=${kRate}`,
          "-c:v",
          "libx264",
          "-preset",
          "ultrafast",
          "-tune",
          "zerolatency",
        ],
        ...["-profile:v", "baseline", "-g", keyframes, "-keyint_min", keyframes, "-pix_fmt", "yuv420p"],
        ...["-f", "hls", "-hls_segment_type", "fmp4", "-hls_time", String(kPartSeconds), "-hls_list_size", "0"],
        ...["-hls_flags", "temp_file+omit_endlist", "-hls_fmp4_init_filename", "init.mp4"],
        ...["-hls_segment_filename", join(this.#work, "%d.m4s"), join(this.#work, "parts.m3u8")],
      ],
      { stdio: ["ignore", "inherit", "inherit"] },
    );
    this.#timer = setInterval(() => this.#takeParts(), 20);
    return this;
  }

  async stop() {
    clearInterval(this.#timer);
    if (this.#ffmpeg && this.#ffmpeg.exitCode === null && this.#ffmpeg.kill()) await once(this.#ffmpeg, "exit");
    rmSync(this.#work, { recursive: true, force: true });
  }

  #takeParts() {
    let list;
    try {
      list = readFileSync(join(this.#work, "parts.m3u8"), "utf8");
    } catch {
      return;
    }
    const there = list.match(/^[^#].*m4s$/gm)?.length ?? 0;
    if (this.#taken === 0 && there > 0) {
      copyFileSync(join(this.#work, "init.mp4"), join(this.#media, "init.mp4"));
      this.#begun = Date.now() - there * kPartSeconds * 1000;
    }
    for (; this.#taken < there; this.#taken++) {
      const [segment, part] = [Math.floor(this.#taken / kPartsPerSegment), this.#taken % kPartsPerSegment];
      copyFileSync(join(this.#work, `${this.#taken}.m4s`), join(this.#media, `s${segment}-${part}.m4s`));
      if (part === kPartsPerSegment - 1) {
        const parts = Array.from({ length: kPartsPerSegment }, (_, i) =>
          readFileSync(join(this.#media, `s${segment}-${i}.m4s`)),
        );
        writeFileSync(join(this.#media, `s${segment}.m4s`), Buffer.concat(parts));
      }
      this.#writePlaylist(this.#taken + 1);
    }
  }

  #writePlaylist(parts) {
    const complete = Math.floor(parts / kPartsPerSegment);
    if (complete === 0) return;
    const first = Math.max(0, complete - kListedSegments);
    const target = Math.ceil(kPartSeconds * kPartsPerSegment);
    const lines = [
      "#EXTM3U",
      "#EXT-X-VERSION:9",
      `#EXT-X-TARGETDURATION:${target}`,
      `#EXT-X-PART-INF:PART-TARGET=${kPartSeconds}`,
      `#EXT-X-MEDIA-SEQUENCE:${first}`,
      '#EXT-X-MAP:URI="init.mp4"',
    ];
    for (let segment = first; segment <= complete; segment++) {
      const begun = new Date(this.#begun + segment * kPartsPerSegment * kPartSeconds * 1000).toISOString();
      lines.push(`#EXT-X-PROGRAM-DATE-TIME:${begun}`);
      const there = Math.min(kPartsPerSegment, parts - segment * kPartsPerSegment);
      if (segment >= complete - kSegmentsWithParts) {
        for (let part = 0; part < there; part++) {
          lines.push(`#EXT-X-PART:DURATION=${kPartSeconds},INDEPENDENT=YES,URI="s${segment}-${part}.m4s"`);
        }
      }
      if (there === kPartsPerSegment) lines.push(`#EXTINF:${kPartSeconds * kPartsPerSegment},`, `s${segment}.m4s`);
    }
    const next = `s${complete}-${parts % kPartsPerSegment}.m4s`;
    lines.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${next}"`);
    const draft = join(this.#media, "live.m3u8.tmp");
    writeFileSync(draft, `${lines.join("\n")}\n`);
    renameSync(draft, join(this.#media, "live.m3u8"));
  }
}
