// Batches, and how a collector gets their aggregate: draft-ietf-ppm-dap-18, sections 4.6 and 5.
#pragma once

#include "sotto/dap/basic.h"

namespace sotto::dap {

// What a collector asks for. config: TimeIntervalConfig, or empty for leader-selected ("the next batch").
struct Query {
  BatchMode batch_mode = BatchMode::kTimeInterval;
  Bytes config;

  friend bool operator==(const Query&, const Query&) = default;
};

struct CollectionJobReq {
  Query query;
  Bytes agg_param;  // empty for Prio3
  Extensions extensions;

  friend bool operator==(const CollectionJobReq&, const CollectionJobReq&) = default;
};
Result<Bytes> EncodeCollectionJobReq(const CollectionJobReq& request);
Result<CollectionJobReq> DecodeCollectionJobReq(ByteSpan bytes);

struct CollectionJobResp {
  uint64_t report_count = 0;
  Interval interval;
  HpkeCiphertext leader_encrypted_agg_share;
  HpkeCiphertext helper_encrypted_agg_share;

  friend bool operator==(const CollectionJobResp&, const CollectionJobResp&) = default;
};
Result<Bytes> EncodeCollectionJobResp(const CollectionJobResp& response);
Result<CollectionJobResp> DecodeCollectionJobResp(ByteSpan bytes);

// Which buckets the leader means. config: TimeIntervalConfig, or a BatchId.
struct BatchSelector {
  BatchMode batch_mode = BatchMode::kTimeInterval;
  Bytes config;

  friend bool operator==(const BatchSelector&, const BatchSelector&) = default;
};

struct AggregateShareReq {
  CollectionJobReq collection_job_req;
  BatchSelector batch_selector;
  uint64_t report_count = 0;
  Checksum checksum{};

  friend bool operator==(const AggregateShareReq&, const AggregateShareReq&) = default;
};
Result<Bytes> EncodeAggregateShareReq(const AggregateShareReq& request);
Result<AggregateShareReq> DecodeAggregateShareReq(ByteSpan bytes);

// AggregateShare.
Result<Bytes> EncodeAggregateShare(const HpkeCiphertext& encrypted_aggregate_share);
Result<HpkeCiphertext> DecodeAggregateShare(ByteSpan bytes);

// TimeIntervalQueryConfig and TimeIntervalBatchSelectorConfig: an Interval.
Bytes EncodeInterval(const Interval& interval);
Result<Interval> DecodeInterval(ByteSpan bytes);
// LeaderSelectedBatchSelectorConfig, and the data of the extension leader_selected_batch_id.
Bytes EncodeBatchId(const BatchId& batch);
Result<BatchId> DecodeBatchId(ByteSpan bytes);

}  // namespace sotto::dap
