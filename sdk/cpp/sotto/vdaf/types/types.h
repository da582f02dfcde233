// The validity circuits ("types") of draft-irtf-cfrg-vdaf-20, section 7.4, one file each. A circuit has
//
//   Field, Gadget             the field and the one gadget that it calls
//   gadget(), gadget_calls()  GADGETS[0], GADGET_CALLS[0]
//   meas_len(), joint_rand_len(), output_len(), eval_output_len()
//   measurement_len()         numbers in a measurement before it is encoded
//   Encode(measurement, out)  encode(): kInvalidArgument if it is out of bounds. Does not branch on what is within
//   Eval(meas, joint_rand, shares_inverse, call, out)
//                             eval(): `out` is all zero if the measurement is valid. call.inputs() is where a gadget
//                             call's inputs are to be written, call() makes the call
//   Truncate(meas, out)       truncate()
//   static constexpr uint32_t kId
//
// Create() checks the parameters: kInvalidArgument, kResourceExhausted.
#pragma once

#include "sotto/vdaf/types/count.h"
#include "sotto/vdaf/types/histogram.h"
#include "sotto/vdaf/types/multihot_count_vec.h"
#include "sotto/vdaf/types/sum.h"
#include "sotto/vdaf/types/sum_vec.h"
