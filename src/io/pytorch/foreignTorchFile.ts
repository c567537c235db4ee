import { type InvalidInputError, invalid } from '../../errors';
import { foreignFormat } from '../foreignFormat';

/** The error for a file that torch.save did not write, or that is too old, from its first bytes. */
export function foreignTorchFile(start: Uint8Array): InvalidInputError {
  const text = String.fromCharCode(...start);
  if (text.startsWith('ustar', 257)) {
    return invalid(
      'this is a tar archive, as written by PyTorch before 0.1.10, or by tar',
      'Load it in PyTorch and save it again, or unpack it and pass the checkpoint inside',
    );
  }
  if (start[0] === 0x80 && start[1] <= 5) {
    return invalid(
      'this is a pickle that torch.save did not write',
      'Load it with pickle, and save its tensors: torch.save({name: torch.as_tensor(w) for name, w in state.items()}, "model.pt")',
    );
  }
  if (text[8] === '{') {
    return invalid('this is a safetensors file', "Give it a name that ends in '.safetensors'");
  }
  const other = foreignFormat(start);
  return other === null
    ? invalid('this is not a file of torch.save, or it is damaged', 'Download it or save it again')
    : invalid(`this is ${other.kind}, not a file of torch.save`, other.remedy);
}
