// What binds reports and shares to their task: HPKE's info and associated data, the VDAF's context string.
#pragma once

#include "sotto/dap/collection.h"
#include "sotto/dap/upload.h"

namespace sotto::dap {

// "dap-18 input share" || client || receiver (kLeader or kHelper).
Bytes InputShareInfo(Role receiver);

// InputShareAad. `configuration` is the encoded TaskConfiguration. Errors: those of the encoding.
Result<Bytes> InputShareAad(const TaskId& task, ByteSpan configuration, const ReportMetadata& metadata,
                            ByteSpan public_share);

// "dap-18 aggregate share" || sender (kLeader or kHelper) || collector.
Bytes AggregateShareInfo(Role sender);

// AggregateShareAad. Errors: those of the encoding.
Result<Bytes> AggregateShareAad(const TaskId& task, ByteSpan configuration, const CollectionJobReq& request);

// "dap-18" || task: the context string of the task's reports (VDAF, section 5).
Bytes VdafContext(const TaskId& task);

}  // namespace sotto::dap
