/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * KadRfc4648:
 * @name: what errors call it
 * @alphabet: 2^@bits_per_char characters
 * @bits_per_char: 4, 5 or 6
 * @any_case: letters are read in both cases
 * @padded: '=' fills the last group, in writing and in reading
 * @loose_tail: the unused bits of the last character may be anything when reading
 *
 * One encoding of the RFC 4648 family. Tables of these are static const.
 */
typedef struct
{
  const char *name;
  const char *alphabet;
  guint bits_per_char;
  gboolean any_case;
  gboolean padded;
  gboolean loose_tail;
} KadRfc4648;

void kad_rfc4648_append (const KadRfc4648 *encoding, const guint8 *data, gsize len, GString *out);
gboolean kad_rfc4648_decode (const KadRfc4648 *encoding, const char *text, gsize len,
                             GByteArray *out, GError **error);

G_END_DECLS
