// The server's configuration for one demo room.

const quote = (text) => JSON.stringify(text); // a TOML basic string takes the same escapes

/**
 *   room       folder with products.json, events.json, campaigns.json, comments.jsonl and room.json's title and loop
 *   media      folder where ffmpeg writes live.m3u8 and its segments
 *   state      folder for the database and the file that names the port
 *   comments   path of the comment model
 *   minimum    updates that close the round under local trust; null: there is none
 *   more       further tables; operatorTokenSha256: who may publish models
 */
export function renderConfig({
  room,
  media,
  state,
  port,
  comments,
  minimum,
  more = "",
  operatorTokenSha256 = "",
  title,
  loop,
  expires,
}) {
  return `[server]
address = "127.0.0.1"
port = ${port}
threads = 2
port_file = ${quote(`${state}/port`)}
operator_token_sha256 = ${quote(operatorTokenSha256)}

[storage]
path = ${quote(`${state}/sotto.sqlite`)}

[limits]
updates_per_minute = 0  # every simulated viewer has the same address here

[[stream]]
id = "tea-house"
title_zh = ${quote(title.zh)}
title_en = ${quote(title.en)}
products = ${quote(`${room}/products.json`)}
image_base = "/room/"
events = ${quote(`${room}/events.json`)}
campaigns = ${quote(`${room}/campaigns.json`)}
event_period = ${loop.toFixed(1)}
media = ${quote(media)}
bandwidth = 2500000
width = 1280
height = 720
codecs = "avc1.64001f,mp4a.40.2"
frame_rate = 25.0
comments_replay = ${quote(`${room}/comments.jsonl`)}
comments_period = ${loop.toFixed(1)}
refresh = 5.0

[[model]]
id = "comments"
version = "1"
path = ${quote(comments)}
stream = "tea-house"

${minimum === null ? "" : localTask(minimum, expires)}${more}`;
}

const localTask = (minimum, expires) => `[[task]]
id = "affinity-1"
stream = "tea-house"
kind = "affinity"
trust = "local"
items = "all"
max_items = 6
sigma_squared = [18, 1]
delta = 1e-5
minimum = ${minimum}
expires = ${quote(expires)}
model = "affinity"
`;
