// Chat of Twitch and YouTube, as the usual downloaders write it. All comments scroll. Taken: time, text, user, id, the
// user's colour where there is one. Emoji are their characters; a site's own emotes are what stands for them in the
// text
// (":name:" on YouTube, the emote's word on Twitch). Not taken: badges, amounts, replies, deletions.
//   TwitchDownloader   {"comments": [{"_id", "content_offset_seconds", "commenter": {"display_name"},
//                      "message": {"body", "user_color"}}]}
//   chat-downloader    [{"time_in_seconds", "message", "author": {"name" | "display_name"}, "message_id"}] or one a
//   line yt-dlp             one a line: {"replayChatItemAction": {"actions": [{"addChatItemAction": {"item":
//                      {"liveChatTextMessageRenderer": {"message": {"runs": [...]}, "authorName": {"simpleText"},
//                      "id"}}}}], "videoOffsetTimeMsec": "1234"}}; paid messages with a text, too
// Other entries (memberships, tickers, bans, pins) are no comments and are passed over.
#pragma once

#include <string_view>

#include "sotto/base/result.h"
#include "sotto/formats/recorded_comment.h"

namespace sotto::formats {

// A line that is no JSON is skipped, its neighbours are kept: a file may be cut off in its last line.
// Errors: kMalformed (no comment of these shapes), and those of Collector::Finish.
Result<Imported> ImportChatJson(std::string_view file);

}  // namespace sotto::formats
