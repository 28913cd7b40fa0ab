import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { pathKeyOf } from '../flow/symbolic';

/** Whether a block that loads a file would get from it a writer's value of a name, in the place of another one that is newer. */
export function replacesLaterValue(
  flow: DocumentFlow,
  writer: AnalysedBlock,
  key: string,
  name: string,
): boolean {
  const isLater = ({ block }: AnalysedBlock) => block.number > writer.block.number;
  const giving = flow.blocks.filter(
    block => isStep(block) && isLater(block) && block.flow.definitions.some(define => define.name === name),
  );
  return flow.blocks
    .filter(isLater)
    .some(loader =>
      loader.flow.loads.some(
        ({ path, load }) =>
          path !== undefined &&
          pathKeyOf(path) === key &&
          giving.some(
            other =>
              (other.block.number < loader.block.number &&
                !flow.areAlternatives(other.block, loader.block)) ||
              (other === loader &&
                other.flow.definitions.some(
                  define => define.name === name && define.span.start < load.span.start,
                )),
          ),
      ),
    );
}
