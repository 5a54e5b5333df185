/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * KadBasex:
 * @name: what errors call it
 * @alphabet: @base characters, the first of which is zero
 * @base: 16 to 64
 * @any_case: letters are read in both cases
 *
 * One encoding that takes the bytes as a big-endian number and writes it in
 * another base, with each leading zero byte kept as one leading zero
 * character (draft-msporny-base58). Tables of these are static const.
 */
typedef struct
{
  const char *name;
  const char *alphabet;
  guint base;
  gboolean any_case;
} KadBasex;

void kad_basex_append (const KadBasex *encoding, const guint8 *data, gsize len, GString *out);
gboolean kad_basex_decode (const KadBasex *encoding, const char *text, gsize len, GByteArray *out,
                           GError **error);

G_END_DECLS
