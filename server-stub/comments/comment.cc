#include "server-stub/comments/comment.h"

#include <algorithm>

#include "sotto/stream/json_fields.h"
#include "sotto/stream/json_writer.h"
#include "sotto/stream/manifest.h"
#include "sotto/stream/names.h"

namespace sotto::server {
namespace {

constexpr size_t kMaxReplayLine = 64 * 1024;

bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

Status CheckText(std::string_view text, std::string_view path) {
  if (text.find_first_not_of(' ') == std::string_view::npos) {
    return stream::OutOfRange(path, "empty", "something to read");
  }
  if (std::any_of(text.begin(), text.end(), IsControl)) {
    return stream::OutOfRange(path, "with control characters", "one line of text");
  }
  return {};
}

Status ReadUserAndText(const stream::JsonFields& fields, Comment& comment) {
  SOTTO_ASSIGN_OR_RETURN(comment.text, fields.RequiredString("text"));
  SOTTO_RETURN_IF_ERROR(CheckText(comment.text, fields.PathOf("text")));
  SOTTO_ASSIGN_OR_RETURN(comment.user, fields.OptionalString("user"));
  if (comment.user.size() > kMaxUserBytes) {
    return Error{ErrorCode::kResourceExhausted, fields.PathOf("user") + " has more than 64 bytes.", ""};
  }
  if (!comment.user.empty()) SOTTO_RETURN_IF_ERROR(CheckText(comment.user, fields.PathOf("user")));
  return {};
}

Result<Comment> ParseReplayLine(std::string_view line, const std::string& path) {
  simdjson::dom::parser parser;
  SOTTO_ASSIGN_OR_RETURN(const auto root, stream::ParseJson(parser, line, kMaxReplayLine, path));
  SOTTO_ASSIGN_OR_RETURN(const stream::JsonFields fields, stream::JsonFields::Of(root, path));
  Comment comment;
  SOTTO_ASSIGN_OR_RETURN(comment.id, fields.RequiredString("id"));
  if (!stream::IsId(comment.id)) return stream::OutOfRange(fields.PathOf("id"), "no id", "1 to 64 of A-Z a-z 0-9 _ -");
  SOTTO_ASSIGN_OR_RETURN(comment.at, fields.RequiredNumber("at", {0, stream::kMaxSeconds}));
  SOTTO_RETURN_IF_ERROR(ReadUserAndText(fields, comment));
  return comment;
}

}  // namespace

Result<Comment> ParseComment(std::string_view frame, size_t max_bytes) {
  simdjson::dom::parser parser;
  SOTTO_ASSIGN_OR_RETURN(const auto root, stream::ParseJson(parser, frame, max_bytes, "comment"));
  SOTTO_ASSIGN_OR_RETURN(const stream::JsonFields fields, stream::JsonFields::Of(root, "comment"));
  Comment comment;
  SOTTO_RETURN_IF_ERROR(ReadUserAndText(fields, comment));
  return comment;
}

std::string RenderComment(const Comment& comment, bool own) {
  stream::JsonWriter json;
  json.BeginObject().Key("id").String(comment.id).Key("at").Double(comment.at);
  json.Key("user").String(comment.user).Key("text").String(comment.text);
  if (own) json.Key("own").Bool(true);
  json.EndObject();
  return json.Release();
}

Result<std::vector<Comment>> ParseReplay(std::string_view lines) {
  std::vector<Comment> comments;
  size_t number = 0;
  while (!lines.empty()) {
    const size_t end = lines.find('\n');
    const std::string_view line = lines.substr(0, end);
    lines = end == std::string_view::npos ? std::string_view() : lines.substr(end + 1);
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    SOTTO_ASSIGN_OR_RETURN(Comment comment, ParseReplayLine(line, "line " + std::to_string(number)));
    comments.push_back(std::move(comment));
  }
  std::stable_sort(comments.begin(), comments.end(), [](const Comment& a, const Comment& b) { return a.at < b.at; });
  return comments;
}

}  // namespace sotto::server
