// The structs that several messages contain, as parts of a message. Internal to this folder.
#pragma once

#include "sotto/dap/collection.h"
#include "sotto/dap/presentation.h"
#include "sotto/dap/upload.h"

namespace sotto::dap {

ReportError ReadReportError(Reader& in);

void WriteHpkeCiphertext(Writer& out, const HpkeCiphertext& ciphertext);
HpkeCiphertext ReadHpkeCiphertext(Reader& in);

void WriteExtensions(Writer& out, std::string_view field, const Extensions& extensions);
Extensions ReadExtensions(Reader& in, std::string_view field);

void WriteReportMetadata(Writer& out, const ReportMetadata& metadata);
ReportMetadata ReadReportMetadata(Reader& in);

void WriteInterval(Writer& out, const Interval& interval);
Interval ReadInterval(Reader& in);

BatchMode ReadBatchMode(Reader& in, std::string_view field);

void WriteCollectionJobReq(Writer& out, const CollectionJobReq& request);
CollectionJobReq ReadCollectionJobReq(Reader& in);

}  // namespace sotto::dap
