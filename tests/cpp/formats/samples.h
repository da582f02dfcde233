// Small recordings of every format, as the systems and the usual downloaders write them. The comments are invented.
#pragma once

#include <string_view>

namespace sotto::formats {

inline constexpr std::string_view kBilibiliSample = R"(<?xml version="1.0" encoding="UTF-8"?>
<i>
  <chatserver>chat.bilibili.com</chatserver><chatid>1</chatid><mission>0</mission><maxlimit>1000</maxlimit>
  <!-- five of the site, one of a recorder -->
  <d p="23.82600,1,25,16777215,1422201084,0,057075e9,757076900">多少钱一克?</d>
  <d p="12.5,5,36,16711680,1422201085,0,1a2b3c4d,757076901">主播好 &lt;3 &#x1F375;</d>
  <d p="40,4,18,255,1422201086,0,1a2b3c4d,757076902"><![CDATA[5 > 3 & 茶]]></d>
  <d p="41.25,6,25,16777215,1422201087,0,1a2b3c4d,757076903">逆行</d>
  <d p="50,7,25,16777215,1422201088,0,1a2b3c4d,757076904">[0.5,0.25,"1-1",4.5,"定位/n弹幕",0,0]</d>
  <d p="51,1,25,16777215,1422201089,0,0,0" user="茶友" raw="{}">好茶</d>
</i>
)";

inline constexpr std::string_view kNiconicoOldSample = R"([
  {"ping": {"content": "rs:0"}},
  {"thread": {"resultcode": 0, "thread": "1173108780", "last_res": 3}},
  {"leaf": {"thread": "1173108780", "count": 3}},
  {"chat": {"thread": "1173108780", "no": 1, "vpos": 1234, "date": 1361103390, "mail": "184 ue red big",
            "user_id": "abc", "content": "かわいい"}},
  {"chat": {"thread": "1173108780", "no": 2, "vpos": 100, "date": 1361103391, "content": "8888"}},
  {"chat": {"thread": "1173108780", "no": 3, "vpos": 200, "deleted": 1}}
])";

inline constexpr std::string_view kNiconicoSample =
    R"({"meta": {"status": 200}, "data": {"globalComments": [], "threads": [
  {"id": "1", "fork": "owner", "commentCount": 0, "comments": []},
  {"id": "1", "fork": "main", "commentCount": 2, "comments": [
    {"id": "9", "no": 7, "vposMs": 12345, "body": "wwww", "commands": ["shita", "#12ab34", "small", "@5"], "userId": "u1"},
    {"id": "8", "no": 8, "vposMs": 500, "body": "一\n二", "commands": [], "userId": "u2"}]}]}})";

inline constexpr std::string_view kDplayerSample = R"({"code": 0, "version": 3, "data": [
  [6.72, 0, 16777215, "DIYgod", "前方高能"],
  [3, 1, "#ff8800", "a", "top"],
  ["2.5", 2, 255, "", "bottom"]]})";

inline constexpr std::string_view kAssSample =
    "\xEF\xBB\xBF[Script Info]\r\n"
    "; from a converter\r\n"
    "ScriptType: v4.00+\r\n"
    "PlayResX: 1280\r\n"
    "PlayResY: 720\r\n"
    "\r\n"
    "[V4+ Styles]\r\n"
    "Format: Name, Fontname, Fontsize, PrimaryColour, Alignment\r\n"
    "Style: R2L,sans-serif,40,&H00FFFFFF,7\r\n"
    "Style: Sub,sans-serif,40,&H0000FFFF,2\r\n"
    "\r\n"
    "[Events]\r\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\r\n"
    "Comment: 0,0:00:00.00,0:00:01.00,R2L,,0,0,0,,not shown\r\n"
    "Dialogue: 2,0:00:05.50,0:00:13.50,R2L,,0,0,0,,{\\move(1280,0,-200,0)\\c&H3366FF&}Hello, world\r\n"
    "Dialogue: 2,0:00:01.00,0:00:09.00,R2L,Ada,0,0,0,,{\\move(-200,40,1280,40)\\fs60}back\\Nwards\r\n"
    "Dialogue: 2,0:00:02.00,0:00:06.00,R2L,,0,0,0,,{\\an8\\pos(640,0)}top\r\n"
    "Dialogue: 2,0:00:03.00,0:00:07.00,R2L,,0,0,0,,{\\an7\\pos(320,180)\\t(0,100,\\c&H0000FF&)}free\r\n"
    "Dialogue: 2,0:00:04.00,0:00:08.00,Sub,,0,0,0,,a {\\i1}subtitle{\\i0}\r\n"
    "Dialogue: 2,0:00:04.00,0:00:08.00,Sub,,0,0,0,,{\\p1}m 0 0 l 9 9{\\p0}\r\n";

inline constexpr std::string_view kTwitchDownloaderSample = R"({"FileInfo": {"Version": {"Major": 1}},
 "streamer": {"name": "s", "id": 1}, "video": {"title": "t", "start": 0, "end": 60},
 "comments": [
  {"_id": "a-1", "created_at": "2024-01-01T00:00:00Z", "content_offset_seconds": 12.75,
   "commenter": {"display_name": "Ada", "_id": "5", "name": "ada"},
   "message": {"body": "PogChamp nice", "bits_spent": 0, "fragments": [], "user_color": "#1E90FF"}},
  {"_id": "a-2", "content_offset_seconds": 3, "commenter": null, "message": {"body": "hi", "user_color": null}}]})";

inline constexpr std::string_view kChatDownloaderSample =
    R"({"action_type":"text_message","author":{"id":"1","name":"ada","display_name":"Ada"},"message":"hello","message_id":"m1","time_in_seconds":7.5,"time_text":"0:07","emotes":[]}
{"author":{"name":"bob"},"message":":wave: hi","message_id":"m2","time_in_seconds":2}
{"author":{"name":"bob"},"message":null,"message_type":"ban_user","time_in_seconds":3}
)";

inline constexpr std::string_view kYouTubeSample =
    R"({"clickTrackingParams":"x","replayChatItemAction":{"actions":[{"addChatItemAction":{"item":{"liveChatTextMessageRenderer":{"message":{"runs":[{"text":"nice "},{"emoji":{"emojiId":"🎉","shortcuts":[":tada:"]}},{"emoji":{"emojiId":"UC1/2","shortcuts":[":tea:"],"isCustomEmoji":true}}]},"authorName":{"simpleText":"Ada"},"id":"C1","timestampUsec":"1"}}}}]},"videoOffsetTimeMsec":"61500","isLive":true}
{"replayChatItemAction":{"actions":[{"addLiveChatTickerItemAction":{"item":{}}}],"videoOffsetTimeMsec":"100"}}
{"replayChatItemAction":{"actions":[{"addChatItemAction":{"item":{"liveChatPaidMessageRenderer":{"message":{"runs":[{"text":"paid"}]},"authorName":{"simpleText":"Bob"},"id":"C2"}}}}],"videoOffsetTimeMsec":"2000"}}
{"replayChatItemAction":{"actions":[{"addChatI)";

inline constexpr std::string_view kSottoSample = R"({"sotto": "comments", "version": 1, "comments": [
  {"at": 1.5, "text": "你好", "id": "c1", "user": "A", "color": "#ff8800", "size": 1.5},
  {"at": 0.25, "text": "free", "mode": "free", "x": 0.25, "y": 0.5, "duration": 4}]})";

}  // namespace sotto::formats
