// Advanced SubStation Alpha, which players of files show: what danmaku converters write, and what we write for them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "sotto/base/result.h"
#include "sotto/formats/recorded_comment.h"

namespace sotto::formats {

// Reads the Dialogue lines of [Events]; `Comment:` lines and drawings are passed over. From \move, or a Banner effect:
// scroll or reverse by its direction, free at its start if it moves more up or down than sideways. From \pos: top or
// bottom if centred and aligned there, else free at that point. Otherwise by the alignment of \an or of the style: top,
// bottom, or free in the middle. Also taken: start, duration, the name, \c or the style's colour (white counts as
// none),
// \fs as a share of its style's size. Not taken: fonts, borders, rotation, fades, karaoke, layers, [V4 Styles].
// Errors: kMalformed if there is no [Events], and those of Collector::Finish.
Result<Imported> ImportAss(std::string_view file);

// A script of 1920 x 1080 in one style. Scrolling comments \move across in lanes in which none catches up with another,
// as long as there are lanes; comments at top and bottom stack, those that are free are at their place. What brings no
// duration takes 8 seconds across, or stands for 4. ImportAss gives back text, mode, and times to a hundredth of a
// second. Ids, and commas in user names, are not kept. Precondition: comments as importers give them, sorted by time.
std::string ExportAss(std::span<const RecordedComment> comments);

}  // namespace sotto::formats
