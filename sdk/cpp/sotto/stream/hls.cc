#include "sotto/stream/hls.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "sotto/stream/clock.h"
#include "sotto/stream/media_playlist.h"
#include "sotto/stream/names.h"
#include "sotto/stream/product_events.h"

namespace sotto::stream {
namespace {

constexpr double kMaxAhead = 86'400;
constexpr double kLongestBroadcast = 366 * 86'400.0;  // seconds

// Seconds or a rate as a decimal-floating-point of RFC 8216, 4.2: no exponent, at most three decimals.
std::string Decimal(double value) {
  std::array<char, 400> digits;
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed, 3);
  return {digits.data(), result.ptr};
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') {
      quoted += "\u201d";
    } else {
      quoted += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    }
  }
  quoted += '"';
  return quoted;
}

// Decimals of a currency's minor unit in ISO 4217; all others have two.
size_t MinorDigits(std::string_view currency) {
  static constexpr std::array<std::string_view, 16> kNone = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
                                                             "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"};
  static constexpr std::array<std::string_view, 7> kThree = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
  if (std::find(kNone.begin(), kNone.end(), currency) != kNone.end()) return 0;
  return std::find(kThree.begin(), kThree.end(), currency) != kThree.end() ? 3 : 2;
}

std::string Price(const ManifestProduct& product) {
  const size_t decimals = MinorDigits(product.currency);
  std::string digits = std::to_string(product.price_amount);
  if (decimals > 0) {
    if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
    digits.insert(digits.size() - decimals, ".");
  }
  return product.currency + " " + digits;
}

std::string DateRange(const TimedEvent& event, const Occurrence& occurrence, const ManifestProduct& product,
                      int64_t epoch_ms) {
  const int64_t start_ms = epoch_ms + static_cast<int64_t>(std::llround(occurrence.start * 1000));
  const std::string attributes = ",CLASS=\"com.sotto.product\",START-DATE=" + Quoted(FormatRfc3339(start_ms)) +
                                 ",DURATION=" + Decimal(event.duration) + ",X-SOTTO-PRODUCT=" + Quoted(product.id) +
                                 ",X-SOTTO-TITLE-ZH=" + Quoted(product.title.zh) +
                                 ",X-SOTTO-TITLE-EN=" + Quoted(product.title.en) +
                                 ",X-SOTTO-PRICE=" + Quoted(Price(product));
  const std::string id = event.id + "." + std::to_string(occurrence.repetition) + "." + Digest(attributes);
  return "#EXT-X-DATERANGE:ID=" + Quoted(id) + attributes + "\n";
}

std::string DateRanges(const Manifest& manifest, int64_t epoch_ms, double from, double to) {
  const ProductEvents shown = ProductEventsOf(manifest);
  std::string lines;
  for (const Occurrence& occurrence : OccurrencesBetween(shown.events, from, to, kMaxShown)) {
    lines += DateRange(shown.events[occurrence.event], occurrence, *shown.products[occurrence.event], epoch_ms);
  }
  return lines;
}

// Appends a line of the playlist, with its own line ending, its URI prefixed if it has a relative one.
void AppendPrefixed(std::string_view line, std::string_view ending, std::string_view prefix, std::string& out) {
  const std::string_view hinted = HintedUriOf(line);
  const std::string_view uri = hinted.empty() ? UriOf(line) : hinted;
  if (IsRelativeUrl(uri)) {
    const auto before = static_cast<size_t>(uri.data() - line.data());
    out.append(line.substr(0, before)).append(prefix);
    line.remove_prefix(before);
  }
  out.append(line).append(ending);
}

}  // namespace

Result<std::string> RenderMediaPlaylist(std::string_view playlist, const Manifest& manifest, double ahead,
                                        std::string_view segment_prefix) {
  if (!(ahead >= 0 && ahead <= kMaxAhead)) {
    return Error{ErrorCode::kInvalidArgument, "ahead is not from 0 to 86,400 seconds.", ""};
  }
  SOTTO_ASSIGN_OR_RETURN(const PlaylistSpan span, MeasurePlaylist(playlist));
  const auto epoch = ParseRfc3339(manifest.epoch);
  if (!epoch.ok()) {
    return Error{ErrorCode::kMalformed, "manifest.epoch is no moment, so its events have no place in the playlist.",
                 "Set it to the moment of programme time 0."};
  }
  const auto programme = [&](int64_t unix_ms) { return static_cast<double>(unix_ms - epoch.value()) / 1000; };
  const std::string date_ranges =
      DateRanges(manifest, epoch.value(), programme(span.start_ms), programme(span.end_ms) + ahead);

  std::string rendered;
  rendered.reserve(playlist.size() + date_ranges.size());
  ForEachLine(playlist, [&](std::string_view line, size_t offset) {
    if (offset == span.first_segment) rendered += date_ranges;
    const std::string_view rest = playlist.substr(offset + line.size());
    const std::string_view ending = rest.substr(0, rest.find('\n') + 1);
    AppendPrefixed(line, ending, segment_prefix, rendered);
  });
  return rendered;
}

std::string OfferBlockingReload(std::string_view playlist, double part_target) {
  constexpr std::string_view kControl = "#EXT-X-SERVER-CONTROL:";
  size_t control = std::string_view::npos;
  std::string_view attributes;
  ForEachLine(playlist, [&](std::string_view line, size_t offset) {
    if (control != std::string_view::npos || !line.starts_with(kControl)) return;
    control = offset;
    attributes = line.substr(kControl.size());
  });
  // No value of its attributes is a quoted string, so a comma always ends one.
  std::string kept;
  bool holds_back = false;
  for (std::string_view rest = attributes; !rest.empty();) {
    const std::string_view attribute = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), attribute.size() + 1));
    if (attribute.starts_with("CAN-BLOCK-RELOAD=")) continue;
    holds_back = holds_back || attribute.starts_with("PART-HOLD-BACK=");
    kept.append(",").append(attribute);
  }
  std::string line = std::string(kControl) + "CAN-BLOCK-RELOAD=YES" + kept;
  if (part_target > 0 && !holds_back) line += ",PART-HOLD-BACK=" + Decimal(3 * part_target);
  std::string offered(playlist);
  if (control == std::string_view::npos) return offered.insert(playlist.find('\n') + 1, line + "\n");
  return offered.replace(control, kControl.size() + attributes.size(), line);
}

Result<std::string> EpochOfPlaylist(std::string_view playlist) {
  SOTTO_ASSIGN_OR_RETURN(const PlaylistSpan span, MeasurePlaylist(playlist));
  const double before = static_cast<double>(span.media_sequence) * span.mean_duration;
  if (before > kLongestBroadcast) return FormatRfc3339(span.start_ms);
  return FormatRfc3339(span.start_ms - static_cast<int64_t>(std::llround(before * 1000)));
}

std::string RenderMultivariantPlaylist(const Variant& variant) {
  std::string playlist = "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-STREAM-INF:BANDWIDTH=" +
                         std::to_string(variant.bandwidth);
  if (variant.width > 0 && variant.height > 0) {
    playlist += ",RESOLUTION=" + std::to_string(variant.width) + "x" + std::to_string(variant.height);
  }
  if (!variant.codecs.empty()) playlist += ",CODECS=" + Quoted(variant.codecs);
  if (variant.frame_rate > 0) playlist += ",FRAME-RATE=" + Decimal(variant.frame_rate);
  playlist += "\n" + variant.uri + "\n";
  return playlist;
}

}  // namespace sotto::stream
