#include "sotto/comments/frames.h"

#include <simdjson.h>

#include <cmath>
#include <optional>
#include <utility>

#include "sotto/base/number_text.h"
#include "sotto/text/json_repair.h"

namespace sotto::comments {
namespace {

using simdjson::dom::element;
using Message = std::variant<FrameComment, Refusal>;

Error Malformed(std::string_view what) {
  return Error{ErrorCode::kMalformed, "a message of the comment server " + std::string(what) + ".", "It was skipped."};
}

// The fields that count, each as it came last.
struct Fields {
  std::optional<element> id, at, user, text, own, status, code, title, detail;

  explicit Fields(simdjson::dom::object object) {
    for (const auto [key, value] : object) {
      if (const auto place = PlaceOf(key)) this->** place = value;
    }
  }

 private:
  static std::optional<std::optional<element> Fields::*> PlaceOf(std::string_view key) {
    if (key == "id") return &Fields::id;
    if (key == "at") return &Fields::at;
    if (key == "user") return &Fields::user;
    if (key == "text") return &Fields::text;
    if (key == "own") return &Fields::own;
    if (key == "status") return &Fields::status;
    if (key == "code") return &Fields::code;
    if (key == "title") return &Fields::title;
    if (key == "detail") return &Fields::detail;
    return std::nullopt;
  }
};

template <class T>
std::optional<T> As(const std::optional<element>& field) {
  T value{};
  if (!field || field->get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

std::optional<Refusal> RefusalIn(const Fields& fields) {
  const auto status = As<double>(fields.status);
  const auto code = As<std::string_view>(fields.code);
  if (!status || !code) return std::nullopt;
  std::string message = "the room did not publish the comment: " + NumberText(*status) + " " + std::string(*code);
  std::string_view before = " ";
  for (const auto& field : {fields.title, fields.detail}) {
    const auto said = As<std::string_view>(field).value_or("");
    if (said.empty()) continue;
    message.append(before).append(said);
    before = ": ";
  }
  if (*code == "RATE_LIMITED") {
    return Refusal{"RATE_LIMITED", std::move(message), "Wait a little before the next one."};
  }
  return Refusal{"HTTP_STATUS", std::move(message), "Check what the server allows."};
}

Result<Message> ReadMessage(element found) {
  simdjson::dom::object object;
  if (found.get(object) != simdjson::SUCCESS) return Malformed("is not an object");
  const Fields fields(object);
  if (auto refusal = RefusalIn(fields)) return Message(*std::move(refusal));
  const auto id = As<std::string_view>(fields.id);
  if (!id || id->empty()) return Malformed("has no id");
  const auto text = As<std::string_view>(fields.text);
  if (!text) return Malformed("has no text");
  const auto at = As<double>(fields.at);
  if (!at || !std::isfinite(*at)) return Malformed("has no time");
  const auto user = fields.user ? As<std::string_view>(fields.user) : "";
  if (!user) return Malformed("has a user that is not text");
  return Message(FrameComment{.id = std::string(*id),
                              .at = *at,
                              .user = std::string(*user),
                              .text = std::string(*text),
                              .own = As<bool>(fields.own).value_or(false)});
}

}  // namespace

Result<Frame> ReadFrame(std::string_view bytes) {
  if (bytes.size() > kMaxFrameBytes) {
    return Error{ErrorCode::kResourceExhausted,
                 "a frame of the comment server has " + std::to_string(bytes.size()) + " bytes, more than the " +
                     std::to_string(kMaxFrameBytes) + " allowed.",
                 "It was skipped. Send fewer comments in one frame."};
  }
  simdjson::dom::parser parser;
  element root;
  // simdjson reads past the end in whole registers; `true` lets it work on a padded copy.
  if (parser.parse(bytes.data(), bytes.size(), true).get(root) != simdjson::SUCCESS) {
    const std::string repaired = text::RepairJson(bytes);
    if (parser.parse(repaired).get(root) != simdjson::SUCCESS) return Malformed("is not JSON");
  }
  Frame frame;
  simdjson::dom::array array;
  if (root.get(array) != simdjson::SUCCESS) {
    SOTTO_ASSIGN_OR_RETURN(Message message, ReadMessage(root));
    frame.messages.push_back(std::move(message));
    return frame;
  }
  frame.messages.reserve(array.size());
  for (const element each : array) {
    auto message = ReadMessage(each);
    if (message.ok()) {
      frame.messages.push_back(std::move(message).value());
    } else if (frame.skipped++ == 0) {
      frame.problem = message.error();
    }
  }
  return frame;
}

}  // namespace sotto::comments
