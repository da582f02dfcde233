#include "sotto/stream/dash.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "sotto/stream/clock.h"
#include "sotto/stream/json_writer.h"
#include "sotto/stream/media_playlist.h"
#include "sotto/stream/product_events.h"

namespace sotto::stream {
namespace {

constexpr double kMaxAhead = 86'400;

int64_t Milliseconds(double seconds) {
  return static_cast<int64_t>(std::llround(seconds * 1000));
}

// xs:duration.
std::string Duration(int64_t ms) {
  std::string fraction = std::to_string(1000 + ms % 1000);
  fraction.front() = '.';
  return "PT" + std::to_string(ms / 1000) + fraction + "S";
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

}  // namespace

Result<std::string> RenderMpd(std::string_view playlist, const Manifest& manifest, double ahead) {
  if (!(ahead >= 0 && ahead <= kMaxAhead)) {
    return Error{ErrorCode::kInvalidArgument, "ahead is not from 0 to 86,400 seconds.", ""};
  }
  SOTTO_ASSIGN_OR_RETURN(const PlaylistSpan span, MeasurePlaylist(playlist));
  const auto epoch = ParseRfc3339(manifest.epoch);
  if (!epoch.ok()) {
    return Error{ErrorCode::kMalformed, "manifest.epoch is no moment, so its events have no place in the MPD.",
                 "Set it to the moment of programme time 0."};
  }
  const int64_t end = std::max<int64_t>(span.end_ms - epoch.value(), 0);
  std::string mpd =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" "
      "profiles=\"urn:mpeg:dash:profile:full:2011\" minBufferTime=\"" +
      Duration(Milliseconds(span.target_duration)) + "\" ";
  if (span.ended) {
    mpd += "type=\"static\" mediaPresentationDuration=\"" + Duration(end) + "\">\n";
  } else {
    mpd += "type=\"dynamic\" availabilityStartTime=\"" + FormatRfc3339(epoch.value()) + "\" publishTime=\"" +
           FormatRfc3339(span.end_ms) + "\" minimumUpdatePeriod=\"" + Duration(Milliseconds(span.target_duration)) +
           "\" timeShiftBufferDepth=\"" + Duration(std::max<int64_t>(span.end_ms - span.start_ms, 0)) + "\">\n";
  }
  const ProductEvents shown = ProductEventsOf(manifest);
  mpd += " <Period id=\"0\" start=\"PT0S\">\n  <EventStream schemeIdUri=\"" + std::string(kProductScheme) +
         "\" value=\"" + ValueOf(shown) + "\" timescale=\"1000\">\n";
  const double from = static_cast<double>(span.start_ms - epoch.value()) / 1000;
  const double to = static_cast<double>(span.end_ms - epoch.value()) / 1000 + ahead;
  for (const Occurrence& occurrence : OccurrencesBetween(shown.events, from, to, kMaxShown)) {
    const TimedEvent& event = shown.events[occurrence.event];
    // Of 32 bits, as xs:unsignedInt: within a window occurrences are never so far apart that two of them get the same.
    const auto id = static_cast<uint32_t>(occurrence.repetition * shown.events.size() + occurrence.event);
    mpd += "   <Event presentationTime=\"" + std::to_string(Milliseconds(occurrence.start)) + "\" duration=\"" +
           std::to_string(Milliseconds(event.duration)) + "\" id=\"" + std::to_string(id) + "\">" +
           Escaped(Message(event, occurrence.repetition, *shown.products[occurrence.event])) + "</Event>\n";
  }
  return mpd + "  </EventStream>\n </Period>\n</MPD>\n";
}

}  // namespace sotto::stream
