/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KAD_DER_INTEGER 0x02
#define KAD_DER_BIT_STRING 0x03
#define KAD_DER_NULL 0x05
#define KAD_DER_OID 0x06
#define KAD_DER_SEQUENCE 0x30

/* What is left of a DER encoding (X.690). Just enough to look into a key before
 * any library computes with it. Private to base; borrows the bytes. */
typedef struct
{
  const guint8 *data;
  gsize len;
} KadDer;

gboolean kad_der_read (KadDer *self, guint8 tag, KadDer *content);
gboolean kad_der_read_unsigned (KadDer *self, KadDer *magnitude);
gboolean kad_der_read_exactly (KadDer *self, const guint8 *bytes, gsize len);
guint kad_der_count_bits (const KadDer *magnitude);

G_END_DECLS
