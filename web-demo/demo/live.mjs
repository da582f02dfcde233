// The live stream: ffmpeg plays the room's video over and over at its own pace and cuts it into HLS segments.

import { join } from "node:path";

/** Segments of two seconds, the distance of the video's key frames, so that nothing is encoded anew. */
export function liveArguments(video, folder) {
  return [
    ...["-hide_banner", "-loglevel", "warning", "-nostdin"],
    ...["-re", "-stream_loop", "-1", "-i", video],
    ...["-map", "0:v:0", "-map", "0:a:0?", "-c", "copy"],
    ...["-f", "hls", "-hls_time", "2", "-hls_list_size", "8", "-hls_delete_threshold", "6"],
    ...["-hls_flags", "delete_segments+program_date_time+independent_segments+omit_endlist+temp_file"],
    ...["-hls_segment_filename", join(folder, "segment-%06d.ts")],
    join(folder, "live.m3u8"),
  ];
}
