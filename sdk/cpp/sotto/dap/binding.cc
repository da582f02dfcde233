#include "sotto/dap/binding.h"

#include "sotto/dap/structs.h"

namespace sotto::dap {
namespace {

Bytes Label(std::string_view what, Role sender, Role receiver) {
  Writer out;
  out.Fixed(AsBytes(kVersion));
  out.Fixed(AsBytes(what));
  out.Enumeration(sender);
  out.Enumeration(receiver);
  return out.Release();
}

}  // namespace

Bytes InputShareInfo(Role receiver) {
  return Label(" input share", Role::kClient, receiver);
}

Result<Bytes> InputShareAad(const TaskId& task, ByteSpan configuration, const ReportMetadata& metadata,
                            ByteSpan public_share) {
  Writer out;
  out.Fixed(task);
  out.Fixed(configuration);
  WriteReportMetadata(out, metadata);
  out.Opaque("InputShareAad.public_share", kVector32, public_share);
  return out.Finish();
}

Bytes AggregateShareInfo(Role sender) {
  return Label(" aggregate share", sender, Role::kCollector);
}

Result<Bytes> AggregateShareAad(const TaskId& task, ByteSpan configuration, const CollectionJobReq& request) {
  Writer out;
  out.Fixed(task);
  out.Fixed(configuration);
  WriteCollectionJobReq(out, request);
  return out.Finish();
}

Bytes VdafContext(const TaskId& task) {
  Writer out;
  out.Fixed(AsBytes(kVersion));
  out.Fixed(task);
  return out.Release();
}

}  // namespace sotto::dap
