/**
 * The reader and writer of the protobuf wire format. The build bundles them into `perm-lmc/onnx`, so the package
 * is not a dependency.
 */
export { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
