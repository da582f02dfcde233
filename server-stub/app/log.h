// The server's own log, on standard output. No line of it has anything of a viewer or of a report.
#pragma once

#include <memory>
#include <string>

#include <spdlog/formatter.h>

namespace sotto::server {

// "text": a moment, a level, and a line of words, then key=value pairs. "json": the same as one JSON object a line,
// {"time":"2026-01-31T12:00:00.000Z","level":"info","event":"round closed","task":"a","updates":400}: what is a number
// in the line is one in the object; a message that is not of that form is all of the event.
void SetUpLog(const std::string& level, const std::string& format);

// Of "json".
std::unique_ptr<spdlog::formatter> MakeJsonFormatter();

}  // namespace sotto::server
