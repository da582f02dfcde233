#include "sotto/stream/dash.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "sotto/stream/clock.h"
#include "sotto/stream/decimal.h"
#include "sotto/stream/json_writer.h"
#include "sotto/stream/names.h"
#include "sotto/stream/product_events.h"
#include "sotto/stream/xml_tags.h"

namespace sotto::stream {
namespace {

constexpr double kMaxAhead = 86'400;
constexpr double kLongestSeconds = 1e9;  // of programme time
constexpr int64_t kLongestBufferMs = 3'600'000;

int64_t Milliseconds(double seconds) {
  return static_cast<int64_t>(std::llround(seconds * 1000));
}

// As the content of an element or of an attribute. Precondition: UTF-8 without control characters.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        // U+FFFE and U+FFFF are no characters of XML 1.0 (2.2).
        if (text.substr(i, 2) == "\xef\xbf" && i + 2 < text.size() && static_cast<unsigned char>(text[i + 2]) >= 0xbe) {
          escaped += "\xef\xbf\xbd";
          i += 2;
        } else {
          escaped += text[i];
        }
    }
  }
  return escaped;
}

Error Malformed(const std::string& what) {
  return {ErrorCode::kMalformed, "the MPD " + what + ".", "Write it with ffmpeg -f dash."};
}

// Milliseconds of an xs:duration without years and months, which have no one length.
std::optional<int64_t> ReadDuration(std::string_view text) {
  if (!text.starts_with('P')) return std::nullopt;
  text.remove_prefix(1);
  double seconds = 0;
  bool time = false;
  bool any = false;
  while (!text.empty()) {
    if (!time && text.front() == 'T') {
      time = true;
      text.remove_prefix(1);
      continue;
    }
    const size_t digits = text.find_first_not_of("0123456789.");
    if (digits == std::string_view::npos) return std::nullopt;
    const auto value = ReadDecimal(text.substr(0, digits));
    if (!value) return std::nullopt;
    const char unit = text[digits];
    text.remove_prefix(digits + 1);
    if (!time && unit == 'D') {
      seconds += *value * 86'400;
    } else if (time && unit == 'H') {
      seconds += *value * 3'600;
    } else if (time && unit == 'M') {
      seconds += *value * 60;
    } else if (time && unit == 'S') {
      seconds += *value;
    } else {
      return std::nullopt;
    }
    any = true;
  }
  if (!any || !(seconds <= kLongestSeconds)) return std::nullopt;
  return Milliseconds(seconds);
}

// Where an MPD's Period stands in time, and in its text. Unix milliseconds.
struct Presentation {
  int64_t period_ms = 0;
  int64_t from_ms = 0;
  int64_t until_ms = 0;
  size_t inside_period = 0;  // offset behind its start tag
};

Status ReadDynamic(std::string_view attributes, int64_t start_ms, Presentation& presentation) {
  const auto available = ParseRfc3339(XmlAttribute(attributes, "availabilityStartTime"));
  if (!available.ok()) return Malformed("has no availabilityStartTime that can be read");
  const auto published = ParseRfc3339(XmlAttribute(attributes, "publishTime"));
  if (!published.ok()) return Malformed("has no publishTime that can be read");
  presentation.period_ms = available.value() + start_ms;
  presentation.until_ms = published.value();
  presentation.from_ms = std::max(presentation.period_ms, published.value() - kLongestBufferMs);
  const std::string_view depth = XmlAttribute(attributes, "timeShiftBufferDepth");
  if (depth.data() == nullptr) return {};
  const auto depth_ms = ReadDuration(depth);
  if (!depth_ms) return Malformed("has a timeShiftBufferDepth that cannot be read");
  presentation.from_ms = std::max(presentation.from_ms, published.value() - *depth_ms);
  return {};
}

Status ReadStatic(std::string_view attributes, int64_t start_ms, int64_t epoch_ms, Presentation& presentation) {
  const auto duration = ReadDuration(XmlAttribute(attributes, "mediaPresentationDuration"));
  if (!duration) return Malformed("is static and has no mediaPresentationDuration that can be read");
  presentation.period_ms = presentation.from_ms = epoch_ms + start_ms;
  presentation.until_ms = epoch_ms + *duration;
  return {};
}

Result<Presentation> ReadPresentation(std::string_view mpd, int64_t epoch_ms) {
  if (mpd.size() > kMaxMpdBytes) return Error{ErrorCode::kResourceExhausted, "the MPD is larger than 1 MiB.", ""};
  XmlTags tags(mpd);
  XmlTag tag;
  if (!tags.Next(tag) || tag.name != "MPD") return Malformed("does not begin with the element MPD");
  const std::string_view attributes = tag.attributes;
  std::optional<XmlTag> period;
  while (tags.Next(tag)) {
    if (tag.name == "BaseURL") return Malformed("has a BaseURL; its segments have to lie beside it");
    if (tag.name != "Period") continue;
    if (period) return Malformed("has several Periods");
    if (tag.empty) return Malformed("has a Period without content");
    period = tag;
  }
  const size_t last = mpd.find_last_not_of(" \t\r\n");
  if (!tags.whole() || !mpd.substr(0, last + 1).ends_with("</MPD>")) return Malformed("is not whole");
  if (!period) return Malformed("has no Period");
  Presentation presentation;
  presentation.inside_period = period->end;
  int64_t start_ms = 0;
  if (const std::string_view start = XmlAttribute(period->attributes, "start"); start.data() != nullptr) {
    const auto read = ReadDuration(start);
    if (!read) return Malformed("has a Period whose start cannot be read");
    start_ms = *read;
  }
  const bool dynamic = XmlAttribute(attributes, "type") == "dynamic";
  const Status read = dynamic ? ReadDynamic(attributes, start_ms, presentation)
                              : ReadStatic(attributes, start_ms, epoch_ms, presentation);
  if (!read.ok()) return read.error();
  return presentation;
}

// What is said of a product, behind what says which occurrence it is.
JsonWriter& WriteCard(JsonWriter& json, const ManifestProduct& product) {
  json.Key("product").String(product.id);
  json.Key("title").BeginObject().Key("zh").String(product.title.zh).Key("en").String(product.title.en).EndObject();
  json.Key("price").BeginObject().Key("amount").Int(product.price_amount);
  return json.Key("currency").String(product.currency).EndObject();
}

std::string Message(const TimedEvent& event, uint64_t repetition, const ManifestProduct& product) {
  JsonWriter json;
  json.BeginObject().Key("event").String(event.id).Key("repetition").Uint(repetition);
  return WriteCard(json, product).EndObject().Release();
}

// Of everything that the ids of events stand for.
std::string ValueOf(const ProductEvents& shown) {
  JsonWriter json;
  json.BeginArray();
  for (size_t i = 0; i < shown.events.size(); ++i) {
    const TimedEvent& event = shown.events[i];
    json.BeginObject().Key("event").String(event.id).Key("at").Double(event.at);
    json.Key("duration").Double(event.duration).Key("every").Double(event.every);
    WriteCard(json, *shown.products[i]).EndObject();
  }
  return Digest(json.EndArray().Release());
}

std::string EventStream(const Presentation& presentation, const Manifest& manifest, int64_t epoch_ms, double ahead) {
  const ProductEvents shown = ProductEventsOf(manifest);
  std::string stream = "\n\t\t<EventStream schemeIdUri=\"" + std::string(kProductScheme) + "\" value=\"" +
                       ValueOf(shown) + "\" timescale=\"1000\">\n";
  const double from = static_cast<double>(presentation.from_ms - epoch_ms) / 1000;
  const double until = static_cast<double>(presentation.until_ms - epoch_ms) / 1000 + ahead;
  for (const Occurrence& occurrence : OccurrencesBetween(shown.events, from, until, kMaxShown)) {
    const TimedEvent& event = shown.events[occurrence.event];
    const int64_t start = epoch_ms + Milliseconds(occurrence.start) - presentation.period_ms;
    const int64_t end = start + Milliseconds(event.duration);
    if (end <= 0) continue;
    const int64_t begun = std::max<int64_t>(start, 0);
    // Of 32 bits, as xs:unsignedInt: within a window occurrences are never so far apart that two of them get the same.
    const auto id = static_cast<uint32_t>(occurrence.repetition * shown.events.size() + occurrence.event);
    stream += "\t\t\t<Event presentationTime=\"" + std::to_string(begun) + "\" duration=\"" +
              std::to_string(end - begun) + "\" id=\"" + std::to_string(id) + "\">" +
              Escaped(Message(event, occurrence.repetition, *shown.products[occurrence.event])) + "</Event>\n";
  }
  return stream + "\t\t</EventStream>";
}

}  // namespace

Result<std::string> RenderMpd(std::string_view mpd, const Manifest& manifest, double ahead,
                              std::string_view segment_prefix) {
  if (!(ahead >= 0 && ahead <= kMaxAhead)) {
    return Error{ErrorCode::kInvalidArgument, "ahead is not from 0 to 86,400 seconds.", ""};
  }
  const auto epoch = ParseRfc3339(manifest.epoch);
  if (!epoch.ok()) {
    return Error{ErrorCode::kMalformed, "manifest.epoch is no moment, so its events have no place in the MPD.",
                 "Set it to the moment of programme time 0."};
  }
  SOTTO_ASSIGN_OR_RETURN(const Presentation presentation, ReadPresentation(mpd, epoch.value()));
  const std::string events = EventStream(presentation, manifest, epoch.value(), ahead);
  std::string rendered;
  rendered.reserve(mpd.size() + events.size() + 1'024);
  size_t copied = 0;
  const auto copy_until = [&](size_t end) {
    rendered.append(mpd.substr(copied, end - copied));
    copied = end;
  };
  bool placed = false;
  const auto place_events = [&] {
    copy_until(presentation.inside_period);
    rendered.append(events);
    placed = true;
  };
  for (const std::string_view url : SegmentTemplatesOf(mpd)) {
    const auto at = static_cast<size_t>(url.data() - mpd.data());
    if (!placed && at > presentation.inside_period) place_events();
    copy_until(at);
    if (IsRelativeUrl(url)) rendered.append(segment_prefix);
  }
  if (!placed) place_events();
  copy_until(mpd.size());
  return rendered;
}

std::optional<int64_t> PublishTimeOf(std::string_view mpd) {
  XmlTags tags(mpd);
  XmlTag tag;
  if (!tags.Next(tag) || tag.name != "MPD") return std::nullopt;
  const auto published = ParseRfc3339(XmlAttribute(tag.attributes, "publishTime"));
  if (!published.ok()) return std::nullopt;
  return published.value();
}

std::vector<std::string_view> SegmentTemplatesOf(std::string_view mpd) {
  std::vector<std::string_view> found;
  const auto add = [&](std::string_view url) {
    if (!url.empty()) found.push_back(url);
  };
  XmlTags tags(mpd);
  XmlTag tag;
  while (tags.Next(tag)) {
    if (tag.name == "SegmentTemplate") {
      std::string_view first = XmlAttribute(tag.attributes, "initialization");
      std::string_view second = XmlAttribute(tag.attributes, "media");
      if (first.data() > second.data()) std::swap(first, second);
      add(first);
      add(second);
    } else if (tag.name == "SegmentURL") {
      add(XmlAttribute(tag.attributes, "media"));
    } else if (tag.name == "Initialization") {
      add(XmlAttribute(tag.attributes, "sourceURL"));
    }
  }
  return found;
}

bool IsOfTemplate(std::string_view name, std::string_view segment_template) {
  const size_t first = segment_template.find('$');
  if (first == std::string_view::npos) return name == segment_template;
  const std::string_view before = segment_template.substr(0, first);
  const std::string_view after = segment_template.substr(segment_template.rfind('$') + 1);
  if (name.size() <= before.size() + after.size() || !name.starts_with(before) || !name.ends_with(after)) return false;
  name.remove_prefix(before.size());
  name.remove_suffix(after.size());
  return IsId(name);
}

}  // namespace sotto::stream
