/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-frame.h"

#define MAX_BYTES 4096

/* Frames come out the same however the bytes were cut: what was DONE with more bytes is MORE with
 * fewer and the same with all; what is written is read. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const guint8 *frame = NULL, *part_frame;
  gsize len = 0, used = 0, part_len, part_used;
  g_autoptr (GError) error = NULL;
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  KadWireStatus status = kad_frame_peek (data, size, MAX_BYTES, &frame, &len, &used, &error);

  g_assert_true ((status == KAD_WIRE_ERROR) == (error != NULL));
  if (status == KAD_WIRE_DONE)
    {
      g_assert_cmpuint (len, <=, MAX_BYTES);
      g_assert_cmpuint (used, <=, size);
      g_assert_true (frame + len == data + used);
      kad_frame_append_prefix (&out, len);
      g_assert_cmpuint (kad_buffer_get_length (&out), <=, used - len);
      g_assert_cmpint (
          kad_frame_peek (data, used, MAX_BYTES, &part_frame, &part_len, &part_used, NULL), ==,
          KAD_WIRE_DONE);
      g_assert_true (part_frame == frame && part_len == len && part_used == used);
    }
  for (gsize n = 0; n < MIN (size, 16); n++)
    {
      g_autofree guint8 *cut = fuzz_copy (data, n);
      g_autoptr (GError) cut_error = NULL;
      KadWireStatus cut_status
          = kad_frame_peek (cut, n, MAX_BYTES, &part_frame, &part_len, &part_used, &cut_error);

      g_assert_true ((cut_status == KAD_WIRE_ERROR) == (cut_error != NULL));
      if (status == KAD_WIRE_MORE || (status == KAD_WIRE_DONE && n < used))
        g_assert_cmpint (cut_status, ==, KAD_WIRE_MORE);
    }
  return 0;
}
