/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How the first flight of a side of TLS is spoilt. Those up to the last but one of the extensions
 * put the lengths around them right again, so that what is spoilt is looked at. */
typedef enum
{
  TLS_FLIP_BITS,
  TLS_TRUNCATE,
  TLS_TRUNCATE_RECORD,
  TLS_CHANGE_LENGTH,
  TLS_DUPLICATE_EXTENSION,
  TLS_REMOVE_EXTENSION,
  TLS_SWAP_EXTENSIONS,
  TLS_FILL_EXTENSION,
  TLS_MANY_EXTENSIONS,
  TLS_SPLIT_RECORDS,
  TLS_INSERT_RECORD,
  TLS_SWAP_RECORDS,
  TLS_RANDOM_SPAN,
  TLS_RANDOM_MESSAGE,
  TLS_RANDOM,
  TLS_N_MUTATIONS,
} TlsMutation;

/* A mutation of @flight, which is whole records and begins with a ClientHello or a ServerHello.
 * @round: where it is cut, so that as many rounds as it has bytes cut it at each. */
GByteArray *tls_mutate (const GByteArray *flight, TlsMutation mutation, guint round, GRand *rand);

G_END_DECLS
