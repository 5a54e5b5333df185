/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <protobuf-c/protobuf-c.h>

#include "kad-arena.h"
#include "kad-wire.h"

G_BEGIN_DECLS

/* Fields of one message that are looked at. */
#define KAD_MAX_PROTO_FIELDS 8

typedef enum
{
  KAD_PROTO_VARINT = 0,
  KAD_PROTO_BYTES = 2, /* bytes, string or message */
} KadProtoWireType;

/* What becomes of a field that is longer than allowed. */
typedef enum
{
  KAD_PROTO_LEAVE_OUT, /* as if it were not there */
  KAD_PROTO_REFUSE,    /* the whole message is an error */
} KadProtoExcess;

typedef struct _KadProtoSchema KadProtoSchema;

/* One known field. Static tables. */
typedef struct
{
  guint32 number;
  KadProtoWireType wire_type;
  guint max_count;               /* 1: not repeated, the last one counts; else the first ones do */
  gsize max_bytes;               /* BYTES: longest content */
  KadProtoExcess excess;         /* of max_bytes */
  const KadProtoSchema *message; /* (nullable): the content is a message */
} KadProtoField;

struct _KadProtoSchema
{
  const char *name; /* for error messages */
  guint n_fields;
  KadProtoField fields[KAD_MAX_PROTO_FIELDS];
};

/* Unpacks @data by @descriptor into @arena, once @schema has been applied:
 * what is unknown or too much is left out before protobuf-c sees it. The result
 * lives as long as the arena and is not freed. NULL and Protocol: malformed. */
gpointer kad_proto_unpack (const ProtobufCMessageDescriptor *descriptor,
                           const KadProtoSchema *schema, KadArena *arena, const guint8 *data,
                           gsize len, GError **error);

G_END_DECLS
