#include "server-stub/app/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "sotto/stream/json_writer.h"
#include "sotto/text/utf8.h"

namespace sotto::server {
namespace {

struct Line {
  std::string_view event;
  std::vector<std::pair<std::string_view, std::string_view>> fields;
};

bool IsKey(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

// Where the next key is at or after `from`: after a space, before '='.
std::optional<size_t> NextKey(std::string_view text, size_t from) {
  for (size_t at = text.find(' ', from); at != std::string_view::npos; at = text.find(' ', at + 1)) {
    const std::string_view rest = text.substr(at + 1);
    const size_t equals = rest.find('=');
    if (equals != std::string_view::npos && IsKey(rest.substr(0, equals))) return at + 1;
  }
  return std::nullopt;
}

// `event key=value key="value with spaces"`. What stands in quotes may have quotes itself, so a value ends where the
// next pair begins, or the line: no value of ours has a space, a word and '=' in it but an error's text, which is last.
Line Split(std::string_view message) {
  auto key = NextKey(message, 0);
  if (!key) return {message, {}};
  Line line{message.substr(0, *key - 1), {}};
  while (key) {
    const size_t equals = message.find('=', *key);
    const std::string_view name = message.substr(*key, equals - *key);
    const bool quoted = equals + 1 < message.size() && message[equals + 1] == '"';
    const bool last = quoted && name == "error";
    key = last ? std::nullopt : NextKey(message, equals + 1);
    std::string_view value = message.substr(equals + 1, key ? *key - 1 - (equals + 1) : std::string_view::npos);
    if (quoted && value.size() >= 2 && value.ends_with('"')) value = value.substr(1, value.size() - 2);
    line.fields.emplace_back(name, value);
  }
  return line;
}

// As JSON has them, and as every reader has them exactly.
bool IsNumber(std::string_view text) {
  constexpr size_t kExactDigits = 15;
  const size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view rest = point == std::string_view::npos ? "0" : text.substr(point + 1);
  const auto digits = [](std::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  return text.size() <= kExactDigits && digits(whole) && digits(rest) && (whole.size() == 1 || whole[0] != '0');
}

class JsonFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    spdlog::memory_buf_t time;
    time_.format(message, time);
    const spdlog::string_view_t level = spdlog::level::to_string_view(message.level);
    // A file's name in an error may be of any bytes.
    const std::string readable = text::RepairUtf8({message.payload.data(), message.payload.size()});
    const Line line = Split(readable);
    stream::JsonWriter json;
    json.BeginObject().Key("time").String({time.data(), time.size()});
    json.Key("level").String({level.data(), level.size()}).Key("event").String(line.event);
    std::string object = json.Release();
    for (const auto& [name, value] : line.fields) {
      stream::JsonWriter field;
      field.String(name);
      object += "," + field.Release() + ":";
      if (IsNumber(value) || value == "true" || value == "false") {
        object += value;
      } else {
        stream::JsonWriter quoted;
        quoted.String(value);
        object += quoted.Release();
      }
    }
    object += "}\n";
    out.append(object.data(), object.data() + object.size());
  }

  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<JsonFormatter>(); }

 private:
  spdlog::pattern_formatter time_{"%Y-%m-%dT%H:%M:%S.%eZ", spdlog::pattern_time_type::utc, ""};
};

}  // namespace

std::unique_ptr<spdlog::formatter> MakeJsonFormatter() {
  return std::make_unique<JsonFormatter>();
}

void SetUpLog(const std::string& level, const std::string& format) {
  spdlog::set_default_logger(spdlog::stdout_logger_mt("sotto"));
  if (format == "json") {
    spdlog::set_formatter(MakeJsonFormatter());
  } else {
    spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  }
  spdlog::set_level(spdlog::level::from_str(level));
  spdlog::flush_on(spdlog::level::info);
}

}  // namespace sotto::server
